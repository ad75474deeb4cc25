import { describe, expect, test } from 'vitest';
import { acceptedHosts } from './host-rule.ts';
import { exchange, sendRaw } from './proxy/testing/exchange.ts';
import { startApp } from './testing/start-app.ts';

const accepted = (publicUrl: string, port: number, ...allowedHosts: string[]): string[] =>
  [...acceptedHosts({ publicUrl, allowedHosts }, port)].sort();

describe('accepted hosts', () => {
  test('are the public one, loopback names with our port, and the configured ones', () => {
    expect(accepted('https://mcp.example.com', 8080, 'Gateway.internal:8080')).toEqual([
      '127.0.0.1:8080',
      '[::1]:8080',
      'gateway.internal:8080',
      'localhost:8080',
      'mcp.example.com',
      'mcp.example.com:443',
    ]);
    expect(accepted('http://localhost:8080', 8080)).toEqual(['127.0.0.1:8080', '[::1]:8080', 'localhost:8080']);
  });

  test('need no port where it is the default', () => {
    expect(accepted('http://localhost', 80)).toContain('127.0.0.1');
    expect(accepted('https://mcp.example.com:8443', 8080)).not.toContain('mcp.example.com');
  });
});

describe('a request with a Host that is not ours', () => {
  const paths = [
    '/',
    '/api/v1/mcp/a/mcp',
    '/api/v1/mcp/registry',
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource/api/v1/mcp/a/mcp',
    '/.well-known/mooring-identity-jwks.json',
    '/oauth/token',
    '/metrics',
    '/healthz',
    '/nothing',
  ];
  const hosts = (port: string): string[] => [
    'attacker.example',
    `attacker.example:${port}`,
    'localhost',
    'localhost:1',
    `localhost.:${port}`,
    `localhost.attacker.example:${port}`,
    `user@localhost:${port}`,
  ];

  test('is answered 421 on every path of both ports', async () => {
    await using app = await startApp();
    for (const base of [app.url, app.healthUrl]) {
      for (const path of paths) {
        const answer = await exchange(base + path, { method: 'GET', headers: { host: 'attacker.example' } });
        expect([path, answer.status]).toEqual([path, 421]);
      }
    }
  });

  test('is refused whatever it looks like', async () => {
    await using app = await startApp();
    const { port } = new URL(app.url);
    for (const host of hosts(port)) {
      const { status } = await exchange(`${app.url}/`, { method: 'GET', headers: { host } });
      expect([host, status >= 400 && status < 500]).toEqual([host, true]);
    }
    const raw = (head: string) => sendRaw(Number(port), `GET ${head}\r\nConnection: close\r\n\r\n`);
    expect(await raw(`http://attacker.example/ HTTP/1.1\r\nHost: localhost:${port}`)).toMatch(/^HTTP\/1\.1 421 /);
    for (const second of [`localhost:${port}`, 'attacker.example']) {
      expect(await raw(`/ HTTP/1.1\r\nHost: localhost:${port}\r\nhOST: ${second}`)).toMatch(/^HTTP\/1\.1 400 /);
    }
    for (const head of ['/ HTTP/1.1', '/ HTTP/1.1\r\nHost:', '/ HTTP/1.1\r\nHost: a b', '/ HTTP/1.0']) {
      expect([head, await raw(head)]).toEqual([head, expect.stringMatching(/^HTTP\/1\.1 (400|421) /)]);
    }
  });

  test('is fine once the name is configured, without a restart', async () => {
    await using app = await startApp();
    const ask = async () =>
      (await exchange(`${app.url}/`, { method: 'GET', headers: { host: 'gateway.internal' } })).status;
    expect(await ask()).toBe(421);
    app.configure({ allowedHosts: ['gateway.internal'] });
    expect(await ask()).toBe(200);
  });
});

test('every loopback name with our port is ours', async () => {
  await using app = await startApp();
  const { port } = new URL(app.url);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    const { status } = await exchange(`${app.url}/`, { method: 'GET', headers: { host } });
    expect([host, status]).toEqual([host, 200]);
  }
});
