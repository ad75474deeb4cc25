import { expect, test } from 'vitest';
import type { Artifact } from './artifact.ts';
import { artifactText } from './artifact-text.ts';

test.each<[Artifact, string]>([
  [
    {
      type: 'table',
      title: 'T',
      description: 'Why.',
      columns: ['a|b', 'c'],
      rows: [
        ['line\nbreak', null],
        [true, 2],
      ],
    },
    '# T\nWhy.\n\n| a\\|b | c |\n| --- | --- |\n| line break |  |\n| true | 2 |',
  ],
  [
    {
      type: 'chart',
      title: 'C',
      kind: 'line',
      labels: ['x', 'y'],
      unit: 'ms',
      series: [{ name: 's', values: [1, null] }],
    },
    '# C\n\n| ms | s |\n| --- | --- |\n| x | 1 |\n| y |  |',
  ],
  [{ type: 'markdown', title: 'M', text: '*hi*' }, '# M\n\n*hi*'],
  [{ type: 'code', title: 'C', text: 'a ```` b', language: 'ts' }, '# C\n\n`````ts\na ```` b\n`````'],
  [{ type: 'code', title: 'C', text: 'a\n\nb\n' }, '# C\n\n```\na\n\nb\n```'],
  [{ type: 'json', title: 'J', value: { a: 1 } }, '# J\n\n```json\n{\n  "a": 1\n}\n```'],
  [{ type: 'json', title: 'J', value: undefined }, '# J\n\n```json\nnull\n```'],
  [{ type: 'image', title: 'I', mimeType: 'image/png', data: '', alt: 'A cat' }, '# I\n\n(image: A cat)'],
  [
    { type: 'log', title: 'L', lines: [{ text: 'up', level: 'info', time: '2026-01-01T00:00:00Z' }, { text: 'down' }] },
    '# L\n\n```\n2026-01-01T00:00:00Z info up\ndown\n```',
  ],
  [
    {
      type: 'list',
      title: 'L',
      ordered: true,
      items: [{ title: 'one', detail: 'first', url: 'https://example.com' }, { title: 'two' }],
    },
    '# L\n\n1. one – first – <https://example.com>\n2. two',
  ],
  [{ type: 'diff', title: 'D', text: '-a\n+b' }, '# D\n\n```diff\n-a\n+b\n```'],
])('%j', (artifact, text) => {
  expect(artifactText(artifact)).toBe(text);
});

test('half a million code spans are text like any other', () => {
  expect(artifactText({ type: 'code', title: 'C', text: '`a'.repeat(500_000) })).toMatch(/^# C\n\n```\n`a`a/);
});

test('a long one is cut, and says so', () => {
  const long: Artifact = {
    type: 'log',
    title: 'L',
    lines: Array.from({ length: 10_000 }, () => ({ text: 'x'.repeat(90) })),
  };
  const text = artifactText(long);
  expect(text.length).toBeLessThan(61_000);
  expect(text).toMatch(/\(cut: the structured content has all of it\)$/);
});
