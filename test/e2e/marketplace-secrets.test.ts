import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { findInFolder } from '../support/find-in-folder.ts';
import { ADMIN_PASSWORD, startMooring, type RunningMooring } from '../support/mooring.ts';
import { connectModern, type ToolResult } from '../support/eras.ts';

let mooring: RunningMooring;
let browser: Browser;
let page: Page;
/** What the browser complained about: a blocked style or form is here. */
let complaints: string[];

beforeAll(async () => {
  [mooring, browser] = await Promise.all([startMooring(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await mooring?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  complaints = [];
  page = await (await browser.newContext()).newPage();
  page.on('console', (message) => complaints.push(message.text()));
  return async () => page.context().close();
});

async function call(tool: string, input: object): Promise<ToolResult> {
  const token = await mooring.token('marketplace', 'user secrets:read');
  await using client = await connectModern(mooring.endpoint('marketplace'), { authorization: `Bearer ${token}` });
  return await client.call(tool, { ...input });
}
async function pageFor(name: string): Promise<string> {
  const { structuredContent } = await call('manage_secrets', { action: 'set', name });
  return (structuredContent as { page: { url: string } }).page.url;
}
async function signIn(password = ADMIN_PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
/** A form that somebody sends, or a page that they open, without a browser. */
async function statusOf(
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'POST' = 'GET',
): Promise<number> {
  const body = method === 'POST' ? new URLSearchParams({ value: 'forced' }).toString() : undefined;
  const { statusCode, body: answer } = await request(url, { method, headers, ...(body !== undefined && { body }) });
  await answer.dump();
  return statusCode;
}
const shown = async (): Promise<string> => page.innerText('main');

test('a person signs in, types a value of several lines, and neither a log nor a file of gateway, server or database has it', async () => {
  const middle = `line two ${randomBytes(16).toString('hex')}`;
  const secret = `FAKE-BEGIN\n${middle} & <b>\nFAKE-END`;
  const url = await pageFor('TYPED');
  expect(url).toMatch(new RegExp(`^${RegExp.escape(mooring.url)}/api/v1/mcp/marketplace/pages/secret/`));
  await page.goto(url);
  await signIn();
  await page.getByLabel('Value').waitFor();
  expect(page.url()).toBe(url);
  expect(await shown()).toContain('Value of TYPED');
  expect(await shown()).toContain('as admin');
  await page.getByLabel('Value').fill(secret);
  const masking = async (): Promise<string> =>
    page.evaluate('getComputedStyle(document.querySelector("textarea")).webkitTextSecurity');
  expect(await masking()).toBe('disc');
  await page.getByLabel('Show what I type').check();
  expect(await masking()).toBe('none');
  await page.getByRole('button', { name: 'Store' }).click();
  await page.getByText('TYPED is stored').waitFor();
  expect(complaints).toEqual([]);
  expect((await call('get_secrets', { names: ['TYPED'] })).structuredContent).toEqual({
    secrets: [{ name: 'TYPED', value: secret, version: 1 }],
  });
  const logs = await mooring.cli('logs', 'marketplace');
  for (const text of [mooring.output(), logs.stdout]) expect(text).not.toMatch(/FAKE-|line two/);
  // Tables, the write-ahead log, logs, caches, folders of servers. The name shows that it looks where the secret is.
  expect(await findInFolder(mooring.home, ['FAKE-BEGIN', 'FAKE-END', middle])).toEqual([]);
  expect(await findInFolder(mooring.home, ['TYPED'])).not.toEqual([]);

  // Once.
  await page.goto(url);
  await signIn();
  await page.getByText('There is nothing to type here').waitFor();
});

test('a wrong password opens nothing, and neither does a browser that has not signed in', async () => {
  const url = await pageFor('CLOSED');
  await page.goto(url);
  await signIn('wrong password of somebody');
  await page.getByRole('alert').waitFor();
  expect(await statusOf(url, {}, 'POST')).toBe(404);
  expect(await statusOf(url)).toBe(303);
  expect(await call('get_secrets', { names: ['CLOSED'] })).toHaveProperty('isError', true);
});

test('a form of another origin, a frame and a script are refused, for all that a person has signed in', async () => {
  const url = await pageFor('FRAMED');
  await page.goto(url);
  await signIn();
  await page.getByLabel('Value').waitFor();
  const cookies = (await page.context().cookies(url)).map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(cookies).toContain('mooring_page=');
  expect(await statusOf(url, { cookie: cookies })).toBe(200);
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: mooring.url, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
  ]) {
    expect(await statusOf(url, { cookie: cookies, ...headers }, 'POST'), headers.origin).toBe(403);
  }
  const loaded = { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' };
  expect(await statusOf(url, { cookie: cookies, ...loaded })).toBe(403);
  expect(await statusOf(url, { cookie: cookies, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' })).toBe(403);
  expect(await call('get_secrets', { names: ['FRAMED'] })).toHaveProperty('isError', true);
  // The visit is of this page alone.
  const other = await pageFor('OTHER');
  expect(await statusOf(other, { cookie: cookies })).toBe(303);
});

test('the sign-in of one browser is no good in another', async () => {
  const url = await pageFor('STOLEN');
  await page.goto(url);
  await page.context().clearCookies({ name: 'mooring_page_sign_in' });
  await signIn();
  await page.getByText('There is nothing to type here').waitFor();
  expect(await page.context().cookies(url)).toEqual([]);
});
