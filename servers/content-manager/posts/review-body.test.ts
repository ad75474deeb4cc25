import { fromMarkdown } from 'mdast-util-from-markdown';
import { micromark } from 'micromark';
import { parseHTML } from 'linkedom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reviewBody } from './review-body.ts';
import { sanitizeMarkdown } from './sanitize-markdown.ts';

const SOURCES = [
  { number: 1, text: 'The sea rises twice a day. Harbours plan by it.' },
  { number: 2, text: 'The moon pulls.' },
];
const messages = (body: string, sources: Parameters<typeof reviewBody>[0]['sources'] = SOURCES): string[] =>
  reviewBody({ body, sources }).problems.map(({ level, message }) => `${level}: ${message}`);

describe('citations', () => {
  test('of sources are found, in order, each once', () => {
    const { cited, problems, body } = reviewBody({ body: 'It pulls.[^2] It rises.[^1] Again.[^2]', sources: SOURCES });
    expect([cited, problems, body]).toEqual([[1, 2], [], 'It pulls.[^2] It rises.[^1] Again.[^2]']);
  });

  test('of what is no source are errors; in code they are none', () => {
    expect(messages('So.[^1] And.[^3]')).toEqual(['error: [^3] has no source.']);
    expect(messages('So.[^1]\n\n```\n[^3]\n```\n\n`[^4]`')).toEqual([]);
    expect(messages('None.')).toEqual([expect.stringContaining('warning: No source is cited')]);
    expect(messages('None.', [])).toEqual([]);
  });

  test('that the author defines anew are ours', () => {
    const { body, cited } = reviewBody({
      body: 'So.[^1]\n\n[^1]: https://evil.example\n\n[^note]: Mine.',
      sources: SOURCES,
    });
    expect(body).toBe('So.[^1]\n\n\n\n[^note]: Mine.');
    expect(cited).toEqual([1]);
  });

  test('that are defined within one another take nothing else along, so that no code becomes HTML', () => {
    const code = '~~~~~~\n<img src=x onerror=alert(1)>\n[x](javascript:alert(1))\n~~~~~~';
    const { body } = reviewBody({ body: `So.[^1]\n\n[^1]: a\n\n    [^1]: bbb\n\n${code}`, sources: SOURCES });
    expect(body).toBe(`So.[^1]\n\n\n\n${code}`);
  });

  test('of block quotes must stand in the source, whatever the quotation marks are', () => {
    expect(messages('> “Harbours plan by it” [^1]')).toEqual([]);
    expect(messages('> Harbours never plan. [^1]')).toEqual([
      'error: The quote "Harbours never plan." is not in source 1.',
    ]);
    expect(messages('> Harbours plan by it. [^2]')).toEqual([expect.stringContaining('not in source 2')]);
    expect(messages('> Anything. [^1]', [{ number: 1, text: undefined }])).toEqual([]);
  });
});

test('words, lead and links are those that are read', () => {
  expect(
    reviewBody({
      body: '## One\n\nTwo **three** [four](https://a.example/x).\n\n![five](https://b.example/y.png)\n\nhttps://c.example',
      sources: [],
    }),
  ).toMatchObject({ words: 6, lead: 'Two three four.', links: ['https://a.example/x', 'https://c.example/'] });
});

test('an open code block does not take in what follows', () => {
  expect(reviewBody({ body: 'a\n\n````js\ncode\n```', sources: [] }).body).toBe('a\n\n````js\ncode\n```\n````');
  expect(reviewBody({ body: '```\ncode\n```', sources: [] }).body).toBe('```\ncode\n```');
});

/** As the most trusting site generator would show it. */
const shown = (markdown: string) =>
  parseHTML(
    `<html><body>${micromark(markdown, { allowDangerousHtml: true, allowDangerousProtocol: true })}</body></html>`,
  ).document;

function dangers(markdown: string): string[] {
  const found: string[] = [];
  for (const element of shown(markdown).querySelectorAll('body *')) {
    if (/^(script|style|iframe|object|embed|form|svg|math|base|link|meta)$/i.test(element.tagName))
      found.push(element.tagName);
    for (const name of element.getAttributeNames()) {
      const value = (element.getAttribute(name) ?? '').replaceAll(/\s/g, '').toLowerCase();
      if (name.startsWith('on') || name === 'style' || /^(javascript|data|vbscript):/.test(value))
        found.push(`${element.tagName} ${name}`);
    }
  }
  return found;
}

const ATTACKS = [
  '<script>alert(1)</script>',
  'a <script>alert(1)</script> b',
  '<img src=x onerror=alert(1)>',
  'a <img src=x onerror=alert(1)> b',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  'a <scr<b>ipt>alert(1)</scr</b>ipt>',
  '<kbd onclick=alert(1)>x</kbd>',
  '<details open ontoggle=alert(1)>\n\n<summary>x</summary>\n\n</details>',
  '[x](javascript:alert(1))',
  '[x](java&#10;script:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](JaVaScRiPt&colon;alert(1))',
  '![x](data:text/html,<script>alert(1)</script>)',
  '[x]\n\n[x]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '[![x](javascript:1)](javascript:2)',
  '<!-- --><script>alert(1)</script>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '> <iframe src="https://evil.example"></iframe>',
  '- <style>*{display:none}</style>',
  '<math><mtext><script>alert(1)</script>',
  '<details><script>\n\nalert(1)\n\n</script></details>',
];

describe('HTML and addresses', () => {
  test.each(ATTACKS)('%j does nothing any more', (attack) => {
    const { body } = sanitizeMarkdown(`Before.\n\n${attack}\n\nAfter **bold**.`);
    expect(dangers(body)).toEqual([]);
    expect(body).toContain('Before.');
  });

  test('in a first line that is code stay code', () => {
    const code = '    <script>alert(1)</script>';
    expect(reviewBody({ body: `\n \n${code}\n`, sources: [] }).body).toBe(code);
    expect(dangers(code)).toEqual([]);
  });

  test('that are fine stay', () => {
    const fine =
      'Press <kbd>Esc</kbd>, H<sub>2</sub>O.<br>\n\n[a](https://a.example "t") [b](/b) <https://c.example> ![d](d.png) <a@b.example>\n\n`<script>` 1 < 2';
    expect(sanitizeMarkdown(fine)).toEqual({ body: fine, removed: [] });
  });

  test('in any mixture do nothing any more', () => {
    const piece = fc.constantFrom(
      ...ATTACKS,
      '<',
      '>',
      '<script',
      '</',
      '`',
      '\n',
      '\n\n',
      '    ',
      '[',
      '](',
      ')',
      '!',
      '*',
      '> ',
      'x',
      '-->',
      '<!--',
      '\\',
      '\n\n[^1]: ',
      '\n~~~\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const { body } = reviewBody({ body: pieces.join(''), sources: SOURCES });
        expect(dangers(body)).toEqual([]);
        expect(() => fromMarkdown(body)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });
});
