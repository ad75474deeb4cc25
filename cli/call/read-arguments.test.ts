import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { inputText } from './input-text.ts';
import { readArguments } from './read-arguments.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    count: { type: 'integer', maximum: 9 },
    'a.b': { type: 'string' },
    address: { $ref: '#/$defs/Address' },
    open: { type: 'object', additionalProperties: { type: 'integer' } },
    password: { type: 'string' },
  },
  required: ['text'],
  $defs: { Address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'integer' } } } },
};
const OPEN = { type: 'object' };

const stdin = (text: string) => inputText(new AbortController().signal, () => Readable.from([Buffer.from(text)]));
const read = async (arg: string[], json?: string, schema: Record<string, unknown> = SCHEMA, piped = '') =>
  readArguments({ arg, json }, schema, stdin(piped));
const refusal = async (...given: Parameters<typeof read>): Promise<string> =>
  read(...given).then(
    () => 'accepted',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

describe('arguments', () => {
  test('are placed and read by the schema: parts of objects, names with dots, references, names that may be any', async () => {
    const arg = [
      'text=1',
      'count=2',
      'a.b=x',
      'address.city=Bern',
      'address.zip=3000',
      'open.x=7',
      'open.y.z:={"q":1}',
    ];
    expect(await read(arg.slice(0, 6))).toEqual({
      text: '1',
      count: 2,
      'a.b': 'x',
      address: { city: 'Bern', zip: 3000 },
      open: { x: 7 },
    });
    expect(await read(['text:=7'], undefined, OPEN)).toEqual({ text: 7 });
    expect(await read(['deep.er.one=1'], undefined, OPEN)).toEqual({ deep: { er: { one: '1' } } });
  });

  test('are laid over --json', async () => {
    expect(await read(['address.zip=1', 'text=b'], '{"text":"a","address":{"city":"Bern"}}')).toEqual({
      text: 'b',
      address: { city: 'Bern', zip: 1 },
    });
  });

  test('keep every character of a value, = and := and line ends too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
        fc.pre(value !== '-' && !value.startsWith('@'));
        expect(await read([`text=${value}`], undefined, OPEN)).toEqual({ text: value });
      }),
    );
    expect(await read(['text=a:=b=c'])).toEqual({ text: 'a:=b=c' });
  });

  test('are members of their own whatever they are called', async () => {
    const values = await read(['__proto__.polluted=1', 'constructor=x'], undefined, OPEN);
    expect(Object.keys(values)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('what is wrong is told before the call, by name', () => {
  test.each<[string[], string | undefined, RegExp]>([
    [['txt=a'], undefined, /no argument txt\. Did you mean text\?/],
    [['text=a', 'address.citty=x'], undefined, /no argument address\.citty\. Did you mean address\.city\?/],
    [['text=a', 'qqqqqq=x'], undefined, /no argument qqqqqq\. It takes text, count/],
    [['text=a', 'count=many'], undefined, /^usage: The argument count must be a whole number\.$/],
    [['text=a', 'text.x=b'], undefined, /text is no object/],
    [['text=a', 'address:=7', 'address.city=x'], undefined, /address is given as a whole and in parts/],
    [['text=a', 'text=b'], undefined, /text is given twice/],
    [['count=1'], undefined, /^usage: Missing: text \(string\)\. Add --arg text=VALUE\.$/],
    [[], '{"texxt":"a"}', /Missing: text \(string; you gave texxt\)/],
    [['text=a', 'count=10'], undefined, /do not fit the tool: count must be <= 9/],
    [['text'], undefined, /NAME=VALUE/],
    [[], '[]', /must be one JSON object/],
    [[], '{"text"', /no valid JSON/],
    [['text=a', 'count:=x y'], undefined, /count is no valid JSON/],
    [['text=@no-such-file'], undefined, /no file no-such-file\. For text that begins with @, write NAME:=/],
    [[], '@no-such-file', /no file no-such-file\. --json takes the JSON itself, @FILE, or - for stdin\.$/],
  ])('%j %s', async (arg, json, message) => {
    expect(await refusal(arg, json)).toMatch(message);
  });
});

describe('texts that are not written in the command', () => {
  test('come from files and stdin, without the line end at their end', async () => {
    const file = join(await temporaryFolder(), 'secret');
    await writeFile(file, 'hunter2\n');
    expect(await read([`text=@${file}`])).toEqual({ text: 'hunter2' });
    expect(await read(['text=-'], undefined, SCHEMA, 'from stdin\r\n')).toEqual({ text: 'from stdin' });
    expect(await read([], '-', SCHEMA, '{"text":"x\\n"}')).toEqual({ text: 'x\n' });
    expect(await read([], '-', OPEN, ' \n')).toEqual({});
  });

  test('are not repeated where they are wrong', async () => {
    expect(await refusal(['text=a', 'count=-'], undefined, SCHEMA, 'hunter2')).not.toContain('hunter2');
    expect(await refusal(['text=a', 'count=hunter2'])).not.toContain('hunter2');
    expect(await refusal([], 'hunter2')).not.toContain('hunter2');
  });

  test('are bounded, UTF-8, and stdin is read once', async () => {
    expect(await refusal(['text=@/dev/zero'])).toMatch(/more than 16 MiB/);
    expect(await refusal(['text=-', 'password=-'])).toMatch(/Both --arg text and --arg password would read stdin/);
    const file = join(await temporaryFolder(), 'binary');
    await writeFile(file, Buffer.from([0xff, 0xfe]));
    expect(await refusal([`text=@${file}`])).toMatch(/not UTF-8/);
  });

  test('are waited for until the signal', async () => {
    const controller = new AbortController();
    const nobody = new Readable({ read: () => controller.abort(new Error('enough')) });
    const reading = readArguments(
      { arg: ['text=-'] },
      SCHEMA,
      inputText(controller.signal, () => nobody),
    );
    await expect(reading).rejects.toThrow('enough');
    expect(nobody.destroyed).toBe(true);
  });
});
