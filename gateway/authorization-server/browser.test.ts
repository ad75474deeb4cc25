import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../../test/support/browser.ts';
import { authorizationRequest, redeem, register, registered, type FlowOptions } from './testing/oauth-flow.ts';
import { PASSWORD, startRig, type Rig } from './testing/rig.ts';

const ADMIN = { username: 'admin', password: PASSWORD };

let rig: Rig;
let browser: Browser;
let callback: Server;
let last: Server;
let flow: FlowOptions;
let page: Page;
/** What the browser complained about: a blocked form or style is here. */
let complaints: string[];

const listen = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  [rig, browser] = await Promise.all([startRig(), launchBrowser()]);
  last = await listen((_request, response) => response.end('done'));
  // Clients like to send the browser on to a page of theirs.
  callback = await listen((_request, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${portOf(last)}/done` }).end(),
  );
  flow = { ...(await registered(rig)), redirectUri: `http://localhost:${portOf(callback)}/oauth/callback` };
});

afterAll(async () => {
  await browser?.close();
  await rig?.close();
  for (const server of [callback, last]) {
    server?.closeAllConnections();
    server?.close();
  }
});

beforeEach(async () => {
  complaints = [];
  page = await browser.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  return async () => page.context().close();
});

/** The redirect that carries the answer. */
const answer = async (of: Page): Promise<URL> => {
  const request = await of.waitForRequest((one) => one.url().startsWith(flow.redirectUri));
  return new URL(request.url());
};

test('a person signs in and allows; the answer reaches a client that sends the browser on', async () => {
  const { url, verifier } = authorizationRequest(rig, flow);
  await page.goto(url);
  const [redirect] = await Promise.all([answer(page), signInAndConsent(page, ADMIN)]);
  await page.waitForURL('**/done');
  const { status } = await redeem(rig, flow, redirect.searchParams.get('code') ?? '', verifier);
  expect(status).toBe(200);
  expect(complaints).toEqual([]);
  expect(await page.context().cookies(`${rig.issuer}/oauth/authorize`)).toEqual([]);
});

test('without scripts, with the keyboard alone', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(authorizationRequest(rig, flow).url);
  // The password gets the focus, sometimes after `load`; the name is filled in.
  await plain.locator('input[type=password]:focus').waitFor();
  await plain.keyboard.type(PASSWORD);
  await plain.keyboard.press('Enter');
  const allow = plain.getByRole('button', { name: 'Allow' });
  await allow.waitFor();
  await plain.waitForLoadState();
  await plain.keyboard.press('Tab');
  await expect.poll(() => plain.locator(':focus').textContent()).toBe('Allow');
  const [redirect] = await Promise.all([answer(plain), plain.keyboard.press('Enter')]);
  expect(redirect.searchParams.get('code')).toBeTruthy();
  await context.close();
});

test('a denial reaches the client', async () => {
  await page.goto(authorizationRequest(rig, flow).url);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const [redirect] = await Promise.all([answer(page), page.getByRole('button', { name: 'Deny' }).click()]);
  expect(redirect.searchParams.get('error')).toBe('access_denied');
});

test('a redirect to an app scheme leaves the browser', async () => {
  const { body } = await register(rig, { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] });
  const options = {
    ...flow,
    clientId: String(body['client_id']),
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
  };
  await page.goto(authorizationRequest(rig, options).url);
  // Chromium gives it to the system, and its own request ends there.
  const handedOver = page.waitForEvent('requestfailed', (request) => request.url().startsWith('cursor:'));
  await signInAndConsent(page, ADMIN);
  const handed = await handedOver;
  expect(new URL(handed.url()).searchParams.get('code')).toBeTruthy();
  expect(handed.failure()?.errorText).toBe('net::ERR_ABORTED');
  expect(complaints).toEqual([]);
});

test('who opens 127.0.0.1 instead of localhost gets through', async () => {
  await page.goto(authorizationRequest(rig, flow).url.replace('localhost', '127.0.0.1'));
  const [redirect] = await Promise.all([answer(page), signInAndConsent(page, ADMIN)]);
  expect(redirect.searchParams.get('code')).toBeTruthy();
});

test('another page cannot frame the sign-in', async () => {
  const frame = await listen((_request, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end(`<iframe src="${authorizationRequest(rig, flow).url}"></iframe>`);
  });
  await page.goto(`http://127.0.0.1:${portOf(frame)}/`);
  await expect.poll(() => complaints.join()).toContain('frame-ancestors');
  expect(await page.frames()[1]?.getByRole('button').count()).toBe(0);
  frame.closeAllConnections();
  frame.close();
});

test('another page on this computer cannot send the form, even if it knows its address', async () => {
  await page.goto(authorizationRequest(rig, flow).url);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  const shown = await page.inputValue('[name=shown]');
  const forger = await listen((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" action="${page.url()}"><input name="action" value="allow"><input name="shown" value="${shown}"><button>Go</button></form>`,
    );
  });
  await page.goto(`http://localhost:${portOf(forger)}/`);
  await page.getByRole('button').click();
  await page.waitForLoadState();
  expect(await page.getByRole('main').textContent()).toContain('not sent from its own page');
  forger.closeAllConnections();
  forger.close();
});
