import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDocumentHost, type DocumentHost } from './testing/document-host.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import {
  allow,
  authorizationRequest,
  redeem,
  refresh,
  SIGN_IN,
  tokens,
  type FlowOptions,
} from './testing/oauth-flow.ts';
import { DOCUMENTS } from './testing/real-clients.ts';
import { HTTPS, startRig, type Rig } from './testing/rig.ts';

let host: DocumentHost;
let rig: Rig;

beforeAll(async () => {
  host = await startDocumentHost();
  rig = await startRig({ publicUrl: HTTPS });
});
afterAll(async () => Promise.all([rig?.close(), host?.close()]));

const open = (options: Omit<FlowOptions, 'resource'>, browser = createHttpBrowser(rig.issuer, rig.local)) =>
  browser.open(authorizationRequest(rig, { ...options, resource: rig.resource('marketplace').url }).url);

describe.each(Object.entries(DOCUMENTS))('%s', (name, { metadata, redirectUri }) => {
  test('gets a token by the URL of its document, and refreshes it', async () => {
    const clientId = host.publish(`/${encodeURIComponent(name)}/client.json`, metadata);
    const flow = { clientId, redirectUri, resource: rig.resource('marketplace').url };
    const { refresh_token: token = '' } = await tokens(rig, flow);
    expect((await refresh(rig, clientId, token)).status).toBe(200);
  });
});

test.each([
  ['jwks_uri', { jwks_uri: 'https://app.example/jwks' }],
  ['keys instead of a public client', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } }],
  ['a secret', { token_endpoint_auth_method: 'client_secret_post' }],
  ['another id', { client_id: 'https://elsewhere.example/client.json' }],
  ['plain http elsewhere', { redirect_uris: ['http://app.example/callback'] }],
])('refused: a document with %s', async (name, change) => {
  const clientId = host.publish(`/refused/${encodeURIComponent(name)}`, {
    client_name: 'x',
    redirect_uris: ['https://app.example/callback'],
    ...change,
  });
  const page = await open({ clientId, redirectUri: 'https://app.example/callback' });
  expect(page.status).toBe(400);
  expect(page.html).toContain('This did not work');
});

test('refused: a document above 5 KiB, one that is no JSON, one that is not there', async () => {
  const valid = { client_name: 'x', redirect_uris: ['https://app.example/callback'] };
  const ids = [
    host.publish('/large', { ...valid, padding: 'x'.repeat(5 * 1024) }),
    host.origin + '/text',
    host.origin + '/nothing',
  ];
  host.publishText('/text', '<html>');
  for (const clientId of ids) {
    const page = await open({ clientId, redirectUri: 'https://app.example/callback' });
    expect(page.status).toBe(400);
    expect(page.html).toContain('is not known to this server');
  }
});

test('a document is fetched once for a whole flow, and never for a stranger at the token endpoint', async () => {
  const clientId = host.publish('/once', { client_name: 'x', redirect_uris: ['https://app.example/callback'] });
  const before = host.requests();
  expect((await refresh(rig, clientId, 'x')).status).toBeGreaterThanOrEqual(400);
  expect(host.requests()).toBe(before);
  await tokens(rig, {
    clientId,
    redirectUri: 'https://app.example/callback',
    resource: rig.resource('marketplace').url,
  });
  expect(host.requests()).toBe(before + 1);
});

test('new documents from one address are limited; a client that somebody has consented to is not new', async () => {
  const limited = await startRig({ publicUrl: HTTPS, limits: { registrationsPerHour: 1 } });
  try {
    const known = host.publish('/known', { client_name: 'x', redirect_uris: ['https://app.example/callback'] });
    const flow = {
      clientId: known,
      redirectUri: 'https://app.example/callback',
      resource: limited.resource('marketplace').url,
    };
    const { refresh_token: token = '' } = await tokens(limited, flow);
    expect(token).toBe('');
    const other = host.publish('/other', { client_name: 'x', redirect_uris: ['https://app.example/callback'] });
    const browser = createHttpBrowser(limited.issuer, limited.local);
    const page = await browser.open(authorizationRequest(limited, { ...flow, clientId: other }).url);
    expect(page.status).toBe(400);
    // As after a restart: the documents have to be fetched again.
    limited.authorizationServer.useKeys(limited.keys);
    const again = await browser.open(authorizationRequest(limited, flow).url);
    expect(again.status).toBe(200);
  } finally {
    await limited.close();
  }
});

test('a client whose site is down still refreshes; one whose document was taken away does not', async () => {
  const path = '/down';
  const clientId = host.publish(path, {
    client_name: 'x',
    redirect_uris: ['https://app.example/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const flow = { clientId, redirectUri: 'https://app.example/callback', resource: rig.resource('marketplace').url };
  const first = await tokens(rig, flow);
  host.breakDown(path);
  // As when the cache is over.
  rig.authorizationServer.useKeys(rig.keys);
  const second = await refresh(rig, clientId, first.refresh_token ?? '');
  expect(second.status).toBe(200);
  host.remove(path);
  rig.authorizationServer.useKeys(rig.keys);
  expect((await refresh(rig, clientId, second.body.refresh_token ?? '')).body.error).toBe('invalid_client');
});

describe('consent', () => {
  test('names the host of the document, which is proven, beside the name, which is not', async () => {
    const clientId = host.publish('/named', {
      client_name: 'Fine App',
      redirect_uris: ['https://app.example/callback'],
    });
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await open({ clientId, redirectUri: 'https://app.example/callback' }, browser);
    const { html } = await browser.submit(SIGN_IN);
    for (const part of [
      'Fine App',
      `<strong>${new URL(host.origin).host}</strong>`,
      clientId,
      '<strong>app.example</strong>',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain('runs on your computer');
  });

  test('is remembered for a document whose redirect is a web site, within the sign-in', async () => {
    const clientId = host.publish('/web', { client_name: 'x', redirect_uris: ['https://app.example/callback'] });
    const flow = { clientId, redirectUri: 'https://app.example/callback' };
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await allow(browser, await open(flow, browser));
    const { redirect } = await open({ ...flow, extra: { prompt: 'none' } }, browser);
    expect(redirect?.searchParams.get('code')).toBeTruthy();

    const more = await open({ ...flow, scope: 'user', extra: { prompt: 'consent' } }, browser);
    expect(more.html).toContain('Allow access');
  });

  test.each([
    ['loopback', 'http://localhost/callback', 'http://localhost:7777/callback'],
    ['an app scheme', 'cursor://callback', 'cursor://callback'],
  ])('is never remembered for %s, though the client has a document', async (name, registered, redirectUri) => {
    const clientId = host.publish(`/native/${encodeURIComponent(name)}`, {
      client_name: 'x',
      redirect_uris: [registered],
    });
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await allow(browser, await open({ clientId, redirectUri }, browser));
    const silent = await open({ clientId, redirectUri, extra: { prompt: 'none' } }, browser);
    expect(silent.redirect?.searchParams.get('error')).toBe('consent_required');
    const asked = await open({ clientId, redirectUri }, browser);
    expect(asked.html).toContain('runs on your computer');
  });

  test('is asked for again when the name has passed to another server', async () => {
    const clientId = host.publish('/owner', {
      client_name: 'x',
      redirect_uris: ['https://app.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const flow = { clientId, redirectUri: 'https://app.example/callback' };
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await allow(browser, await open(flow, browser));
    const [former] = rig.source.list();
    if (!former) throw new Error('no server');
    rig.source.remove(former.metadata.uid);
    const metadata = { ...former.metadata, namespace: 'other', uid: 'other/marketplace' };
    rig.source.put({ ...former, metadata });
    try {
      const silent = await open({ ...flow, extra: { prompt: 'none' } }, browser);
      expect(silent.redirect?.searchParams.get('error')).toBe('consent_required');
      const { url, verifier } = authorizationRequest(rig, { ...flow, resource: rig.resource('marketplace').url });
      const { redirect } = await allow(browser, await browser.open(url));
      expect((await redeem(rig, flow, redirect?.searchParams.get('code') ?? '', verifier)).status).toBe(200);
    } finally {
      rig.source.remove('other/marketplace');
      rig.source.put(former);
    }
  });
});
