import { sql } from 'kysely';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStateAdapter, deleteExpiredState, hasGrant } from './state-adapter.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import { authorizationRequest, authorize, redeem, registered, SIGN_IN } from './testing/oauth-flow.ts';
import { HTTPS, startRig, type Rig } from './testing/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ publicUrl: HTTPS });
});
afterAll(async () => rig?.close());

const adapter = (kind: string) => createStateAdapter(rig.database, kind);

/** Every row of every table as text. */
async function everything(): Promise<string> {
  const tables = ['oauth_state', 'oauth_client', 'account', 'attempt'];
  const rows = await Promise.all(
    tables.map((table) => sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(rig.database)),
  );
  return rows.flatMap((result) => result.rows.map(({ row }) => row)).join('\n');
}

test('who reads the database gets no code, token, session or password to use', async () => {
  const flow = await registered(rig);
  const browser = createHttpBrowser(rig.issuer, rig.local);
  await browser.open(authorizationRequest(rig, flow).url);
  await browser.submit(SIGN_IN);
  const [session = '?'] = browser.values('session');
  expect(await everything()).not.toContain(session);
  const { code, verifier } = await authorize(rig, flow, browser);
  const beforeRedeeming = await everything();
  const { body } = await redeem(rig, flow, code, verifier);
  const afterwards = await everything();
  const secrets = [code, body.access_token, body.refresh_token ?? '', SIGN_IN.password, ...browser.values('session')];
  expect(secrets.every((secret) => secret.length > 20)).toBe(true);
  for (const secret of secrets) {
    expect(beforeRedeeming).not.toContain(secret);
    expect(afterwards).not.toContain(secret);
  }
  // Control: what is no secret is there.
  expect(afterwards).toContain(flow.clientId);
  expect(rig.log.text()).not.toContain(body.refresh_token);
  expect(rig.log.text()).not.toContain(code);
  expect(decodeJwt(body.access_token).aud).toBe(flow.resource);
});

test('finds what it kept, with its id, and replaces it', async () => {
  const tokens = adapter('RefreshToken');
  await tokens.upsert('id', { jti: 'id', grantId: 'g', clientId: 'c' }, 60);
  expect(await tokens.find('id')).toEqual({ jti: 'id', grantId: 'g', clientId: 'c' });
  await tokens.upsert('id', { jti: 'id', grantId: 'h' }, 60);
  expect(await tokens.find('id')).toEqual({ jti: 'id', grantId: 'h' });
  expect(await adapter('AuthorizationCode').find('id')).toBeUndefined();
  await tokens.destroy('id');
  expect(await tokens.find('id')).toBeUndefined();
});

test('keeps text that PostgreSQL cannot put into jsonb', async () => {
  const params = { state: 'a\u0000b', name: '\ud800' };
  await adapter('Interaction').upsert('odd', { params }, 60);
  expect(await adapter('Interaction').find('odd')).toMatchObject({ params });
});

test('finds a session by its public id', async () => {
  await adapter('Session').upsert('secret', { jti: 'secret', uid: 'public', accountId: 'admin' }, 60);
  expect(await adapter('Session').findByUid('public')).toEqual({ uid: 'public', accountId: 'admin' });
  expect(await adapter('Session').findByUid('secret')).toBeUndefined();
});

describe('consuming', () => {
  test('marks', async () => {
    await adapter('RefreshToken').upsert('once', { grantId: 'g1' }, 60);
    await adapter('RefreshToken').consume('once');
    expect(await adapter('RefreshToken').find('once')).toMatchObject({ consumed: expect.any(Number) });
  });

  test('a second time fails, and ends the grant with everything of it', async () => {
    await adapter('Grant').upsert('g2', { clientId: 'c2' }, 60);
    await adapter('Grant').upsert('g3', { clientId: 'c3' }, 60);
    await adapter('RefreshToken').upsert('first', { grantId: 'g2' }, 60);
    await adapter('RefreshToken').upsert('second', { grantId: 'g2' }, 60);
    await adapter('RefreshToken').consume('first');
    await expect(adapter('RefreshToken').consume('first')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await adapter('RefreshToken').find('second')).toBeUndefined();
    expect([await hasGrant(rig.database, 'c2'), await hasGrant(rig.database, 'c3')]).toEqual([false, true]);
  });
});

test('what has ended is deleted, the rest stays', async () => {
  await adapter('AuthorizationCode').upsert('ended', {}, -1);
  await adapter('AuthorizationCode').upsert('good', {}, 60);
  await deleteExpiredState(rig.database);
  expect(await adapter('AuthorizationCode').find('ended')).toBeUndefined();
  expect(await adapter('AuthorizationCode').find('good')).toBeDefined();
});

test('without an end nothing is kept', async () => {
  await expect(adapter('Session').upsert('endless', {})).rejects.toThrow('a Session without an end');
});
