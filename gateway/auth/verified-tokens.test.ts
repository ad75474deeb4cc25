import { describe, expect, test } from 'vitest';
import { tokenIssuer } from '../testing/token-issuer.ts';
import { verifiedTokens, type VerifiedTokensOptions } from './verified-tokens.ts';

const RESOURCE = 'https://x.example/api/v1/mcp/a/mcp';
const issuer = await tokenIssuer('https://x.example');

/** What was verified is known at once; what was not, is a promise. */
const start = (options: Partial<VerifiedTokensOptions> = {}) =>
  verifiedTokens({ issuer: () => issuer.issuer, keys: () => issuer.keys, ...options });

describe('verified tokens', () => {
  test('are verified once, also when requests come together, and are one object then', async () => {
    const verify = start({ verificationsPerSecond: 1 });
    const token = await issuer.token(RESOURCE);
    const [first, second] = await Promise.all([verify(token), verify(token)]);
    expect(first).toHaveProperty('subject', 'somebody');
    expect(second).toBe(first);
    expect(verify(token)).toBe(first);
  });

  test('end when they expire', async () => {
    let now = Date.now();
    const verify = start({ now: () => now });
    const token = await issuer.token(RESOURCE, { exp: Math.floor(now / 1000) + 30 });
    await verify(token);
    now += 34_000;
    expect(verify(token)).toHaveProperty('subject');
    now += 2000;
    expect(verify(token)).toEqual({ problem: expect.stringContaining('expired') });
  });

  test('end when the keys change', async () => {
    let { keys } = issuer;
    const verify = start({ keys: () => keys });
    const token = await issuer.token(RESOURCE);
    await verify(token);
    keys = (await tokenIssuer(issuer.issuer)).keys;
    expect(await verify(token)).toHaveProperty('problem');
  });

  test('end when we get another name', async () => {
    let name = issuer.issuer;
    const verify = start({ issuer: () => name });
    const token = await issuer.token(RESOURCE);
    await verify(token);
    name = 'https://y.example';
    expect(await verify(token)).toHaveProperty('problem');
  });

  test('a verification that is under way when the keys change is worth nothing', async () => {
    let { keys } = issuer;
    const verify = start({ keys: () => keys });
    const token = await issuer.token(RESOURCE);
    const underWay = verify(token);
    keys = (await tokenIssuer(issuer.issuer)).keys;
    await Promise.all([underWay, verify(token)]);
    expect(verify(token)).toHaveProperty('problem');
  });
});

describe('refused tokens', () => {
  test('are remembered for a while', async () => {
    let now = Date.now();
    const verify = start({ now: () => now });
    const token = await issuer.token(RESOURCE, { nbf: Math.floor(now / 1000) + 600 });
    await verify(token);
    expect(verify(token)).toHaveProperty('problem');
    now += 11_000;
    expect(verify(token)).toBeInstanceOf(Promise);
  });

  test('cost so much in a second and no more; known tokens go on', async () => {
    const verify = start({ verificationsPerSecond: 3 });
    const good = await issuer.token(RESOURCE);
    await verify(good);
    const forged = async (number: number): Promise<unknown> => verify(`${good}${number}`);
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(forged));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { status: 503, headers: { 'retry-after': '1' } } });
    expect(verify(good)).toHaveProperty('subject');
  });
});
