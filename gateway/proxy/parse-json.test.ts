import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure-of.ts';
import { parseJson } from './parse-json.ts';

const DEPTH = 64;
const parse = (text: string, depth = DEPTH) => parseJson(Buffer.from(text), depth);

describe('parseJson', () => {
  test.each([
    ['a small message', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['a colon in a string', '{"a":"b:c:d"}'],
    ['an escaped quote before a colon', String.raw`{"a":"\":\\","b":"\\\":"}`],
    ['the same name in two objects', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
    ['names of prototypes', '{"__proto__":{"x":1},"constructor":1,"toString":2}'],
    ['names that look like numbers', '{"1":1,"01":2,"1.0":3}'],
    ['text beyond ASCII', '{"\u00e9":"ß","e\u0301":"日本"}'],
    ['an empty name', '{"":{"":1}}'],
    ['numbers and literals', '[1e3,-0,true,false,null,"x"]'],
  ])('reads %s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['plainly', '{"method":"ping","method":"tools/call"}'],
    ['with an escape', String.raw`{"method":"ping","\u006dethod":"tools/call"}`],
    ['deep inside', '{"a":[1,{"b":{"c":1,"d":2,"c":3}}]}'],
    ['with the same value', '{"a":1,"a":1}'],
    ['of prototypes', '{"__proto__":1,"__proto__":2}'],
    ['with a value of many members last', '{"a":{"x":1,"y":2},"a":1}'],
    ['with a value of many members first', '{"a":1,"a":{"x":1,"y":2}}'],
  ])('refuses a name that is there twice %s', (_, text) => {
    expect(failureOf(() => parse(text))).toMatchObject({ status: 400, code: 'duplicate_json_key' });
  });

  test.each([
    ['nothing', ''],
    ['an open string', '{"a":"'],
    ['a trailing comma', '{"a":1,}'],
    ['two values', '{} {}'],
    ['a comment', '{/**/}'],
    ['a byte order mark', '\uFEFF{}'],
    ['NaN', '[NaN]'],
  ])('refuses %s', (_, text) => {
    expect(failureOf(() => parse(text))).toMatchObject({ status: 400, code: 'parse_error', rpc: { code: -32700 } });
  });

  test.each([
    ['overlong', [0x22, 0xc0, 0xaf, 0x22]],
    ['a lone surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [...Buffer.from('{}', 'utf16le'), 0xff]],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes) => {
    expect(failureOf(() => parseJson(Buffer.from(bytes), DEPTH))).toMatchObject({ code: 'parse_error' });
  });

  test.each([
    ['objects', (count: number) => Array.from({ length: count }, () => '{}')],
    ['arrays', (count: number) => Array.from({ length: count }, () => '[]')],
    ['members', (count: number) => [`{${Array.from({ length: count - 1 }, (_, index) => `"${index}":0`).join()}}`]],
  ])('refuses more %s than it takes long to read', (_, parts) => {
    // The list around them is one.
    expect(parse(`[${parts(199_999).join()}]`)).toHaveLength(parts(199_999).length);
    const text = `[${parts(200_000).join()}]`;
    expect(failureOf(() => parse(text))).toMatchObject({ status: 400, code: 'json_too_many_parts' });
  });

  test('takes any number of plain values', () => {
    expect(parse(`[${'1,'.repeat(500_000)}1]`)).toHaveLength(500_001);
  });

  test('counts depth in objects and arrays, not in strings', () => {
    expect(parse('{"a":[{"b":"[[[[{{{{"}]}', 3)).toEqual({ a: [{ b: '[[[[{{{{' }] });
    expect(failureOf(() => parse('{"a":[{"b":1}]}', 2))).toMatchObject({ status: 400, code: 'json_too_deep' });
    expect(parse('[[],[],[[]]]', 3)).toEqual([[], [], [[]]]);
  });

  test('refuses a mountain of brackets before it is parsed', () => {
    const started = performance.now();
    expect(failureOf(() => parse('['.repeat(4 * 1024 * 1024)))).toMatchObject({ code: 'json_too_deep' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('agrees with a parser that keeps every member', () => {
    fc.assert(
      fc.property(textWithTwins(), (text) => {
        const failure = failureOf(() => parse(text, 1000));
        expect(failure?.code).toBe(hasTwins(text) ? 'duplicate_json_key' : undefined);
      }),
      { numRuns: 500 },
    );
  });
});

/** JSON text in which names are few, so that many are there twice, and some are written with escapes. */
const textWithTwins = (): fc.Arbitrary<string> => {
  const string = fc.oneof(
    fc.constantFrom('a', 'b', 'c:d', 'e"f', 'g\\', '\\"', '{', '__proto__', 'é', '\u2028'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const written = fc
    .tuple(string, fc.boolean())
    .map(([value, escaped]) => (escaped ? escapedText(value) : quoted(value)));
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('1', '-2.5e3', 'true', 'null'),
      written,
      fc.array(tie('json'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,\n')}]`),
      fc
        .array(fc.tuple(written, tie('json')), { maxLength: 5 })
        .map((members) => `{${members.map(([name, value]) => `${name}\t: ${value}`).join(',')} }`),
    ),
  }));
  return json;
};

const quoted = (text: string): string => JSON.stringify(text);

const escapedText = (text: string): string =>
  `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;

/** The reference: a plain tokenizer that keeps the names of each open object in a set. */
function hasTwins(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  const tokens = text.match(/"(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [at, token] of tokens.entries()) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[at + 1] === ':') {
      const name = JSON.parse(token) as string;
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
