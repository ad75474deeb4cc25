import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { startWebSite, type WebSite } from '../../../test/support/web-site.ts';
import { FetchProblem } from './fetch-problem.ts';
import { webFetcher, type WebFetcher } from './fetch-page.ts';
import { robotsGate } from './robots-gate.ts';
import { webTargets } from './web-targets.ts';

const MIB = 1024 * 1024;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Pages = Parameters<typeof startWebSite>[0];
async function site(pages: Pages): Promise<WebSite> {
  const started = await startWebSite(pages);
  closing.push(async () => started[Symbol.asyncDispose]());
  return started;
}
function fetcherFor(...sites: readonly WebSite[]): WebFetcher {
  const fetcher = webFetcher(webTargets(sites.map(({ host }) => host)));
  closing.push(async () => fetcher.close());
  return fetcher;
}
const redirect =
  (location: string, status = 302): Exclude<Pages[string], string> =>
  (_incoming, outgoing) =>
    outgoing.writeHead(status, { location }).end();

const { signal } = new AbortController();
const problem = async (fetcher: WebFetcher, url: string): Promise<string> => {
  const error = await fetcher.get(new URL(url), { signal }).catch((reason: unknown) => reason);
  if (!(error instanceof FetchProblem)) throw new Error(`no problem but ${String(error)}`);
  return error.message;
};

test('a page is fetched, through redirects, with its address', async () => {
  const one = await site({ '/a': redirect('/b', 301), '/b': redirect('c?d=1'), '/c?d=1': 'hello' });
  const page = await fetcherFor(one).get(new URL('/a', one.origin), { signal });
  expect(page).toMatchObject({ url: `${one.origin}/c?d=1`, status: 200, contentType: 'text/html; charset=utf-8' });
  expect(Buffer.from(page.bytes).toString()).toBe('hello');
});

test('a redirect leads nowhere that could not be fetched at once', async () => {
  const inner = await site({ '/secret': 'inner' });
  const outer = await site({
    '/to-inner': redirect(`${inner.origin}/secret`),
    '/to-metadata': redirect('http://169.254.169.254/latest'),
    '/to-file': redirect('file:///etc/passwd'),
    '/to-localhost': redirect(`http://localhost:${new URL(inner.origin).port}/secret`),
    '/to-nothing': redirect('http://'),
  });
  const fetcher = fetcherFor(outer);
  for (const path of ['/to-inner', '/to-metadata', '/to-file', '/to-localhost'])
    expect([path, await problem(fetcher, outer.origin + path)]).toEqual([path, expect.stringContaining('public web')]);
  expect(await problem(fetcher, `${outer.origin}/to-nothing`)).toContain('address that is none');
  expect(inner.requests).toEqual([]);
});

test('a name is checked when it is connected to', async () => {
  const inner = await site({ '/': 'inner' });
  // Port 80 of a name that means this machine: only the lookup can know.
  const fetcher = fetcherFor(inner);
  expect(await problem(fetcher, 'http://localhost/')).toContain('public web');
});

test('who redirects for ever is left', async () => {
  const one = await site({ '/a': redirect('/a') });
  expect(await problem(fetcherFor(one), `${one.origin}/a`)).toContain('more than 5 times');
  expect(one.requests).toHaveLength(6);
});

test('a page is limited by its size after decompression', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * MIB));
  const one = await site({
    '/bomb': (_incoming, outgoing) => outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    '/fits': (_incoming, outgoing) =>
      outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2 * MIB))),
  });
  const fetcher = fetcherFor(one);
  expect(await problem(fetcher, `${one.origin}/bomb`)).toBe('it is larger than 2048 KiB');
  expect((await fetcher.get(new URL('/fits', one.origin), { signal })).bytes).toHaveLength(2 * MIB);
});

test('a caller who goes away ends the request', async () => {
  const arrived = Promise.withResolvers<void>();
  const one = await site({ '/slow': () => arrived.resolve() });
  const leaving = new AbortController();
  const page = fetcherFor(one).get(new URL('/slow', one.origin), { signal: leaving.signal });
  await arrived.promise;
  leaving.abort(new Error('gone'));
  await expect(page).rejects.toThrow('gone');
});

test('robots.txt is asked once a site, and before every redirect', async () => {
  const one = await site({
    '/robots.txt': 'User-agent: *\nDisallow: /private',
    '/a': redirect('/private'),
    '/b': 'fine',
  });
  const fetcher = fetcherFor(one);
  const gate = robotsGate(fetcher);
  const get = async (path: string): Promise<unknown> =>
    fetcher.get(new URL(path, one.origin), { signal, mayFetch: async (url) => gate(url, signal) }).then(
      ({ status }) => status,
      (error: Error) => error.message,
    );
  expect(await get('/b')).toBe(200);
  expect(await get('/a')).toContain('robots.txt does not want');
  expect(one.requests).toEqual(['/robots.txt', '/b', '/a']);
});

test('a site whose robots.txt fails is not fetched from; one without any is', async () => {
  const failing = await site({ '/robots.txt': (_incoming, outgoing) => outgoing.writeHead(503).end(), '/a': 'a' });
  const without = await site({ '/a': 'a' });
  const fetcher = fetcherFor(failing, without);
  const gate = robotsGate(fetcher);
  await expect(gate(new URL('/a', failing.origin), signal)).rejects.toThrow('does not want');
  await expect(gate(new URL('/a', without.origin), signal)).resolves.toBeUndefined();
});
