import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const HOST_PAGE = join(import.meta.dirname, '..', 'viewer', 'testing', 'host-page.ts');

/** What clients must enforce for an app that names no domains (MCP Apps 2026-01-26, "Content Security Policy"). */
const APP_POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'; frame-src 'none'; base-uri 'self'";

/** A page that hosts `html` as an app, on a loopback port. */
export async function startAppHost(html: string): Promise<{ readonly url: string; stop(): void }> {
  const script = await bundledHostPage();
  const pages: Readonly<Record<string, readonly [type: string, body: string, policy?: string]>> = {
    '/': ['text/html', '<!doctype html><title>Host</title><body style="margin:0"><script src="/host.js"></script>'],
    '/host.js': ['text/javascript', script],
    '/app': ['text/html', html, APP_POLICY],
  };
  const server: Server = createServer(({ url = '' }, response) => {
    const [type, body, policy] = pages[url] ?? ['text/plain', ''];
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', `${type}; charset=utf-8`).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => void server.close() };
}

async function bundledHostPage(): Promise<string> {
  await using bundle = await rolldown({ input: HOST_PAGE, platform: 'browser', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'iife' });
  return output[0].code;
}
