import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../support/browser.ts';
import { ADMIN_PASSWORD, startMooring } from '../support/mooring.ts';
import { TestOAuthClient } from '../support/oauth-client.ts';
import { SDK_CLIENTS, type AnyClient } from '../support/sdk-clients.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => browser?.close());

/** A client program, and a person who signs in for it in a browser without a past. */
async function signIn(endpoint: string): Promise<{ client: AnyClient; oauth: TestOAuthClient }> {
  const oauth = await TestOAuthClient.listen();
  const client = await SDK_CLIENTS['v2 SDK, 2026-07-28']?.(endpoint, oauth, async ({ authorizationUrl }) => {
    const page = await browser.newPage();
    await page.goto(String(authorizationUrl));
    await signInAndConsent(page, { username: 'admin', password: ADMIN_PASSWORD });
    const callback = await oauth.callback();
    await page.close();
    return callback;
  });
  if (!client) throw new Error('There is no such SDK.');
  return { client, oauth };
}

const skills = async (client: AnyClient): Promise<string> =>
  JSON.stringify(await client.callTool({ name: 'list_skills', arguments: {} }));

test('a restart keeps accounts, registered clients and refresh tokens', async () => {
  await using mooring = await startMooring();
  const endpoint = mooring.endpoint('marketplace');
  const { client, oauth } = await signIn(endpoint);
  await client.callTool({ name: 'create_skill', arguments: { name: 'kept', description: 'd', content: 'c' } });

  await mooring.stop();
  // Nothing tells the second start the password: it can only know it from the first.
  await mooring.start({ MOORING_ADMIN_PASSWORD: undefined });

  const { information, saved: before } = oauth;
  expect(before?.refresh_token).toBeTypeOf('string');
  oauth.authorizationUrl = undefined;
  oauth.saved = { token_type: 'Bearer', ...before, access_token: 'lost' };
  expect(await skills(client)).toContain('kept');
  expect(oauth.saved.access_token).toMatch(/^ey/);
  expect(oauth.saved.refresh_token).not.toBe(before?.refresh_token);
  expect(oauth.information).toEqual(information);
  expect(oauth.authorizationUrl).toBeUndefined();

  const again = await signIn(endpoint);
  expect(await skills(again.client)).toContain('kept');
  for (const one of [{ client, oauth }, again]) {
    await one.client.close();
    one.oauth.close();
  }
});
