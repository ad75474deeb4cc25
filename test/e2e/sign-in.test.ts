import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../support/browser.ts';
import { ADMIN_PASSWORD, startMooring, type RunningMooring } from '../support/mooring.ts';
import { TestOAuthClient } from '../support/oauth-client.ts';
import { SDK_CLIENTS } from '../support/sdk-clients.ts';

let mooring: RunningMooring;
let browser: Browser;

beforeAll(async () => {
  [mooring, browser] = await Promise.all([startMooring(), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await mooring?.[Symbol.asyncDispose]();
});

describe.each(Object.entries(SDK_CLIENTS))('%s', (_, connect) => {
  test('knows only the endpoint: discovers, registers, signs in through the browser, lists and calls', async () => {
    const oauth = await TestOAuthClient.listen();
    const endpoint = mooring.endpoint('marketplace');
    const client = await connect(endpoint, oauth, async ({ authorizationUrl }) => {
      const page = await browser.newPage();
      await page.goto(String(authorizationUrl));
      await signInAndConsent(page, { username: 'admin', password: ADMIN_PASSWORD });
      const callback = await oauth.callback();
      await page.close();
      return callback;
    });

    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['create_skill', 'list_skills']));

    const name = `skill-${Date.now()}`;
    await client.callTool({ name: 'create_skill', arguments: { name, description: 'd', content: '# Hello' } });
    const listed = await client.callTool({ name: 'list_skills', arguments: {} });
    expect(JSON.stringify(listed)).toContain(name);

    const claims = decodeJwt(oauth.saved?.access_token ?? '');
    expect(claims.aud).toBe(endpoint);
    expect(claims.iss).toBe(mooring.url);
    await client.close();
    oauth.close();
  });
});
