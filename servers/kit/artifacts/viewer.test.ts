import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../../test/support/browser.ts';
import { Artifact, type ArtifactInput } from './artifact.ts';
import { artifactViewer } from './artifact-viewer.ts';
import { startAppHost } from './testing/app-host.ts';
import { SAMPLES } from './testing/sample-artifacts.ts';
import type { HostPage } from './testing/host-page-api.ts';

declare const hostPage: HostPage;

/** To be looked at by people. */
const SCREENSHOTS = process.env['MOORING_SCREENSHOTS'] ?? join(tmpdir(), 'mooring-artifact-viewer');

let browser: Browser;
let host: Awaited<ReturnType<typeof startAppHost>>;
let page: Page;
let app: FrameLocator;
let troubles: string[];
let requests: string[];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  browser = await launchBrowser();
  host = await startAppHost(await artifactViewer.html());
});
afterAll(async () => {
  await browser?.close();
  host?.stop();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 820, height: 900 } });
  [troubles, requests] = [[], []];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(host.url);
  app = page.frameLocator('iframe');
});
afterEach(async () => {
  await page.close();
  // The page itself, and pictures within it: nothing from anywhere.
  const foreign = requests.filter((path) => !OWN_REQUESTS.test(path));
  if (troubles.length + foreign.length > 0)
    throw new Error(`The page had troubles: ${[...troubles, ...foreign].join('\n')}`);
});

const OWN_REQUESTS = /^(\/|\/host\.js|\/app|\/favicon\.ico|image\/.*)$/s;

async function show(
  artifact: ArtifactInput,
  {
    theme = 'light',
    width = 780,
    styles = {},
  }: { theme?: 'light' | 'dark'; width?: number; styles?: Record<string, string> } = {},
): Promise<void> {
  const result = {
    content: [{ type: 'text', text: 'as text' }],
    structuredContent: { artifact: Artifact.parse(artifact) },
  };
  await page.evaluate(async ([given, context, wide]) => hostPage.show(given, context, wide), [
    result,
    { theme, styles: { variables: styles } },
    width,
  ] as const);
  await app.getByRole('heading', { level: 1, name: artifact.title }).waitFor();
}

/** Colours of text and ground as numbers from 0 (black) to 255. */
const brightness = async (): Promise<{ text: number; ground: number }> =>
  app.locator('body').evaluate((body) => {
    const of = (colour: string) => Number(/\d+/.exec(colour)?.[0]);
    const { getComputedStyle, document } = globalThis as unknown as {
      getComputedStyle: (element: unknown) => { color: string; backgroundColor: string };
      document: { documentElement: unknown };
    };
    return {
      text: of(getComputedStyle(body).color),
      ground: of(getComputedStyle(document.documentElement).backgroundColor),
    };
  });

describe.each(Object.entries(SAMPLES))('%s', (type, artifact) => {
  test.each(['light', 'dark'] as const)('is shown on a %s ground', async (theme) => {
    await show(artifact, { theme });
    const { text, ground } = await brightness();
    expect(theme === 'light' ? ground - text : text - ground).toBeGreaterThan(150);
    await page.screenshot({ path: join(SCREENSHOTS, `${type}-${theme}.png`), fullPage: true });
  });

  test('fits a page of 320 pixels', async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    await show(artifact, { width: 320 });
    const wider = await app.locator('html').evaluate((root) => {
      const { scrollWidth, clientWidth } = root as unknown as { scrollWidth: number; clientWidth: number };
      return scrollWidth - clientWidth;
    });
    expect(wider).toBe(0);
    await page.screenshot({ path: join(SCREENSHOTS, `${type}-narrow.png`), fullPage: true });
  });
});

test('a table is read by roles, and sorted from the keyboard', async () => {
  await show(SAMPLES.table);
  const table = app.getByRole('table', { name: 'Servers of this cluster' });
  const firstCells = async () => table.locator('tbody tr td:first-child').allTextContents();
  expect(await table.getByRole('columnheader').count()).toBe(5);
  expect(await firstCells()).toEqual(['marketplace', 'content-manager', 'systemprompt']);
  await app.getByRole('button', { name: 'Calls' }).focus();
  await page.keyboard.press('Enter');
  expect(await firstCells()).toEqual(['systemprompt', 'content-manager', 'marketplace']);
  expect(await table.getByRole('columnheader', { name: 'Calls' }).getAttribute('aria-sort')).toBe('ascending');
  await page.keyboard.press('Space');
  expect(await firstCells()).toEqual(['marketplace', 'content-manager', 'systemprompt']);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await table.getByRole('columnheader', { name: 'Calls' }).getAttribute('aria-sort')).toBe('none');
  expect(await firstCells()).toEqual(['marketplace', 'systemprompt', 'content-manager']);
  // What is empty stands last, in both directions.
  const note = app.getByRole('button', { name: 'Note' });
  for (const _ of ['ascending', 'descending']) {
    await note.click();
    expect((await firstCells()).at(-1)).toBe('content-manager');
  }
});

test('focus is seen, and goes from top to bottom', async () => {
  await show(SAMPLES.table);
  const order: string[] = [];
  await app.locator('body').focus();
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    const focused = app.locator(':focus');
    order.push((await focused.textContent())?.slice(0, 8) ?? '');
    const outline = await focused.evaluate((element) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle: (element: unknown) => { outlineStyle: string; outlineWidth: string };
      };
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return `${outlineStyle} ${outlineWidth}`;
    });
    expect(outline).toBe('solid 2px');
  }
  expect(order.slice(1)).toEqual(['Name', 'Calls', 'p99 (ms)', 'Ready', 'Note']);
});

test('what is long comes in steps', async () => {
  const rows = Array.from({ length: 450 }, (_, index) => [index]);
  await show({ type: 'table', title: 'Long', columns: ['n'], rows });
  expect(await app.locator('tbody tr').count()).toBe(200);
  await app.getByRole('button', { name: 'Show more (200 of 450 rows)' }).click();
  await app.getByRole('button', { name: 'Show more (400 of 450 rows)' }).click();
  expect(await app.locator('tbody tr').count()).toBe(450);
  expect(await app.getByRole('button', { name: /Show more/ }).count()).toBe(0);
});

test.each(['bar', 'line', 'pie'] as const)(
  'a %s chart has a name, a legend, and its numbers as a table',
  async (kind) => {
    const series = kind === 'pie' ? SAMPLES.chart.series.slice(0, 1) : SAMPLES.chart.series;
    await show({ ...SAMPLES.chart, kind, series });
    await app.getByRole('img', { name: new RegExp(`^${kind} chart of`) }).waitFor();
    expect(await app.locator('svg').locator('rect, circle, path').count()).toBeGreaterThan(6);
    await app.getByText('Numbers', { exact: true }).click();
    expect(await app.getByRole('cell', { name: '132' }).count()).toBe(1);
    await page.screenshot({ path: join(SCREENSHOTS, `chart-${kind}.png`), fullPage: true });
  },
);

test('a chart of one slice, of zeros and of negative numbers is drawn', async () => {
  const chart = { type: 'chart' as const, title: 'Odd', labels: ['a', 'b'] };
  await show({ ...chart, kind: 'pie', series: [{ name: 's', values: [5, 0] }] });
  expect(await app.locator('svg circle').count()).toBe(1);
  await show({ ...chart, kind: 'pie', series: [{ name: 's', values: [0, 0] }] });
  await show({ ...chart, kind: 'bar', series: [{ name: 's', values: [-3, 1e9] }] });
  expect(await app.locator('svg rect').count()).toBe(2);
  await show({ ...chart, kind: 'line', series: [{ name: 's', values: [null, null] }] });
});

test('a chart is as wide as its page', async () => {
  await show(SAMPLES.chart, { width: 780 });
  const width = async () => Number(await app.locator('svg').getAttribute('width'));
  expect(await width()).toBe(748);
  await page.locator('iframe').evaluate((frame) => {
    (frame as unknown as { style: { width: string } }).style.width = '400px';
  });
  await expect.poll(width).toBe(368);
});

test('Markdown is headings, lists, tables and text', async () => {
  await show(SAMPLES.markdown);
  await app.getByRole('heading', { level: 2, name: 'Findings' }).waitFor();
  expect(await app.locator('ol > li').allTextContents()).toEqual(['First', 'Secondinner oneinner two']);
  expect(await app.getByRole('img', { name: 'done', exact: true }).count()).toBe(1);
  expect(await app.locator('blockquote').textContent()).toContain('5 < 6 & 7');
  expect(await app.getByRole('cell').allTextContents()).toEqual(['one', '1']);
  expect(await app.locator('pre').textContent()).toBe('const answer = 42;');
});

test('JSON opens from the keyboard', async () => {
  await show(SAMPLES.json);
  expect(await app.getByText('deepest').count()).toBe(0);
  for (const name of [/^deeper/]) {
    await app.locator('summary', { hasText: name }).focus();
    await page.keyboard.press('Enter');
  }
  await app.getByText('deepest').waitFor();
});

test('an image has its description', async () => {
  await show(SAMPLES.image);
  const image = app.getByRole('img', { name: 'A field of one blue colour' });
  const { naturalWidth } = await image.evaluate((element) => {
    const { naturalWidth: wide } = element as unknown as { naturalWidth: number };
    return { naturalWidth: wide };
  });
  expect(naturalWidth).toBe(600);
});

test('a log tells levels by words, a difference by signs', async () => {
  await show(SAMPLES.log);
  expect(await app.getByRole('listitem').nth(3).textContent()).toBe('10:00:03errorcall failed');
  await show(SAMPLES.diff);
  expect(await app.locator('ins').textContent()).toBe('+Fill them by the tool, which keeps what was typed.\n');
  expect(await app.locator('del').textContent()).toBe('-Fill them by hand.\n');
});

test('links are opened by the host, with the address that they show', async () => {
  await show(SAMPLES.list);
  const link = app.getByRole('link', { name: 'The specification' });
  expect(await link.getAttribute('title')).toBe('https://modelcontextprotocol.io/');
  await link.focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => page.evaluate(() => hostPage.opened)).toEqual(['https://modelcontextprotocol.io/']);
});

const HOSTILE = [
  '<script>parent.postMessage("ran", "*"); alert(1)</script>',
  '<img src=x onerror="alert(2)">',
  '<img src="https://evil.example/pixel.png">',
  '<iframe src="javascript:alert(3)"></iframe>',
  '<svg onload=alert(4)></svg>',
  '<style>@import "https://evil.example/x.css"; body { display: none }</style>',
  '[click](javascript:alert(5)) ![pixel](https://evil.example/pixel.png) <https://evil.example>',
  '[click](data:text/html,<script>alert(6)</script>) [x](\u0001javascript:alert(7))',
  '</script></style></title><script>alert(8)</script>',
  '"><script>alert(9)</script>',
].join('\n\n');

const HOSTILES: readonly ArtifactInput[] = [
  { type: 'table', title: HOSTILE.slice(0, 199), columns: [HOSTILE.slice(0, 199)], rows: [[HOSTILE]] },
  {
    type: 'chart',
    title: 'x',
    kind: 'bar',
    unit: '<img src=x>',
    labels: [HOSTILE.slice(0, 199)],
    series: [{ name: HOSTILE.slice(0, 199), values: [1] }],
  },
  { type: 'markdown', title: 'x', text: HOSTILE },
  { type: 'code', title: 'x', language: '<img src=x onerror=alert(1)>', text: HOSTILE },
  { type: 'json', title: 'x', value: { [HOSTILE]: HOSTILE, __proto__: { polluted: HOSTILE } } },
  { type: 'image', title: 'x', mimeType: 'image/png', data: 'AAAA', alt: HOSTILE.slice(0, 1999) },
  { type: 'log', title: 'x', lines: [{ text: HOSTILE }] },
  {
    type: 'list',
    title: 'x',
    items: [{ title: HOSTILE.slice(0, 499), detail: HOSTILE, url: 'https://example.com/"onclick=alert(1)' }],
  },
  { type: 'diff', title: 'x', text: `+${HOSTILE}` },
];

test.each(HOSTILES.map((artifact) => [artifact.type, artifact] as const))(
  'a hostile %s stays text',
  async (_, artifact) => {
    await show({ ...artifact, description: HOSTILE });
    await page.waitForTimeout(100);
    const root = app.locator('main');
    expect(
      await root.locator('script, iframe, style, object, embed, form, [onerror], [onload], [onclick]').count(),
    ).toBe(0);
    expect(await root.locator('img:not([src^="data:image/"])').count()).toBe(0);
    expect(await root.locator('a:not([href^="https://"])').count()).toBe(0);
    expect(await root.textContent()).toContain('<script>');
    for (const link of await root.getByRole('link').all()) await link.click();
    const opened = await page.evaluate(() => hostPage.opened);
    expect(opened.filter((url) => !url.startsWith('https://'))).toEqual([]);
  },
);

test('its own policy forbids what a host would let through', async () => {
  await show(SAMPLES.code);
  const outcome = await app.locator('body').evaluate(async () => {
    const { document, location } = globalThis as unknown as {
      document: {
        createElement(tag: string): { textContent: string };
        body: { append(element: unknown): void };
        title: string;
      };
      location: { origin: string };
    };
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.body.append(script);
    const fetched = await fetch(location.origin).then(
      () => 'fetched',
      () => 'refused',
    );
    return { title: document.title, fetched };
  });
  expect(outcome).toEqual({ title: 'Artifact', fetched: 'refused' });
  // Chromium tells of both.
  expect(troubles.splice(0).filter((trouble) => !trouble.includes('Content Security Policy'))).toEqual([]);
});

test('the theme of the host counts, and its colours', async () => {
  await show(SAMPLES.markdown, { theme: 'light', styles: { '--color-background-primary': 'rgb(250, 240, 230)' } });
  expect((await brightness()).ground).toBe(250);
  await page.evaluate(() => hostPage.changeContext({ theme: 'dark' }));
  await expect.poll(async () => (await brightness()).text).toBeGreaterThan(200);
});

test('where the host has no theme, the system’s counts', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(async ([result]) => hostPage.show(result, {}, 600), [
    { content: [], structuredContent: { artifact: SAMPLES.list } },
  ] as const);
  await app.getByRole('heading', { level: 1 }).waitFor();
  expect((await brightness()).text).toBeGreaterThan(200);
});

test('the host is told how high the page is', async () => {
  await show(SAMPLES.markdown);
  await expect
    .poll(async () =>
      app.locator('html').evaluate((root) => {
        const { scrollHeight, clientHeight } = root as unknown as { scrollHeight: number; clientHeight: number };
        return scrollHeight - clientHeight;
      }),
    )
    .toBe(0);
  expect(await page.evaluate(() => hostPage.heights.at(-1))).toBeGreaterThan(300);
});

test('failures, unknown artifacts and cancelled calls are told as text', async () => {
  const showRaw = async (result: object) =>
    page.evaluate(async ([given]) => hostPage.show(given, {}, 600), [result] as const);
  await showRaw({ isError: true, content: [{ type: 'text', text: 'No such thing.' }] });
  await app.getByRole('heading', { name: 'This did not work' }).waitFor();
  expect(await app.locator('pre').textContent()).toBe('No such thing.');
  await showRaw({
    content: [{ type: 'text', text: 'as text' }],
    structuredContent: { artifact: { type: 'hologram', title: 'x' } },
  });
  await app.getByText('as text').waitFor();
  await page.evaluate(async () => hostPage.cancel());
  await app.getByText('The call was cancelled.').waitFor();
});
