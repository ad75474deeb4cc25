import { deflateSync, crc32 } from 'node:zlib';
import type { ArtifactInput, ArtifactType } from '../artifact.ts';

/** One of each type, with what is hard to show: long words, gaps, negative numbers, many lines. */
export const SAMPLES: { readonly [Type in ArtifactType]: Extract<ArtifactInput, { type: Type }> } = {
  table: {
    type: 'table',
    title: 'Servers of this cluster',
    description: 'What runs, how many calls it had, and how long they took.',
    columns: ['Name', 'Calls', 'p99 (ms)', 'Ready', 'Note'],
    rows: [
      ['marketplace', 12_041, 8.25, true, 'Keeps skills and secrets of each person, and finds those that fit a task.'],
      ['content-manager', 980, 120.5, true, null],
      [
        'systemprompt',
        104,
        31,
        false,
        'Its image cannot be pulled: registry.example.com/a-very-long-name-without-any-break:1.2.3',
      ],
    ],
  },
  chart: {
    type: 'chart',
    title: 'Calls by day',
    kind: 'bar',
    labels: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    series: [
      { name: 'marketplace', values: [120, 132, 101, 134, 90, 30, 21] },
      { name: 'content-manager', values: [20, 18, 19, null, 29, 33, 31] },
    ],
    unit: 'calls',
  },
  markdown: {
    type: 'markdown',
    title: 'What we found',
    text: [
      '# Findings',
      'A paragraph with **weight**, *stress*, `code`, ~~regret~~ and a [link](https://example.com/page).',
      '',
      '1. First',
      '2. Second',
      '   - inner one',
      '   - inner two',
      '',
      '- [x] done',
      '- [ ] to do',
      '',
      '> Somebody said it, with 5 &lt; 6 &amp; 7.',
      '',
      '| Key | Value |',
      '| --- | --- |',
      '| one | 1 |',
      '',
      '```ts',
      'const answer = 42;',
      '```',
    ].join('\n'),
  },
  code: {
    type: 'code',
    title: 'sum.ts',
    language: 'ts',
    text: 'export const sum = (numbers: readonly number[]): number =>\n\tnumbers.reduce((total, number) => total + number, 0);\n\n// A line that is longer than a narrow page is wide, so that it has to be scrolled to be read to its end.',
  },
  json: {
    type: 'json',
    title: 'Status',
    value: {
      ready: true,
      replicas: 2,
      url: 'http://localhost:8080',
      tools: ['a', 'b'],
      deep: { deeper: { deepest: null } },
    },
  },
  image: {
    type: 'image',
    title: 'Cover',
    mimeType: 'image/png',
    data: png(600, 200),
    alt: 'A field of one blue colour',
  },
  log: {
    type: 'log',
    title: 'Log of marketplace',
    lines: [
      { time: '2026-07-28T10:00:00Z', level: 'info', text: 'listening' },
      { time: '2026-07-28T10:00:01Z', level: 'debug', text: 'SELECT 1' },
      {
        time: '2026-07-28T10:00:02Z',
        level: 'warn',
        text: 'database is not ready: it is starting, and there is more to say about that than fits',
      },
      { time: '2026-07-28T10:00:03Z', level: 'error', text: 'call failed' },
      { text: '    at handler (file.ts:1:2)' },
    ],
  },
  list: {
    type: 'list',
    title: 'Sources',
    ordered: true,
    items: [
      { title: 'The specification', detail: 'Revision 2026-07-28.', url: 'https://modelcontextprotocol.io/' },
      { title: 'A talk', detail: 'Seen on Tuesday.' },
      { title: 'A book' },
    ],
  },
  diff: {
    type: 'diff',
    title: 'Changes of SKILL.md',
    text: 'diff --git a/SKILL.md b/SKILL.md\n--- a/SKILL.md\n+++ b/SKILL.md\n@@ -1,3 +1,3 @@\n # Forms\n-Fill them by hand.\n+Fill them by the tool, which keeps what was typed.\n \n',
  },
};

/** A picture of one colour (PNG 1.2, chunks IHDR, IDAT and IEND). */
function png(width: number, height: number): string {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), body.length + 4);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(width * 3, Buffer.of(0x2b, 0x6c, 0xb0))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]).toString('base64');
}
