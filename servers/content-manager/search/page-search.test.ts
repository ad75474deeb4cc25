import { describe, expect, test, vi } from 'vitest';
import { startWebSite } from '../../../test/support/web-site.ts';
import { runContentManager } from '../testing/content-manager.ts';
import { fakeProvider } from '../testing/fake-provider.ts';
import { articlePage } from '../testing/pages.ts';
import { pageSearch } from './page-search.ts';
import { searchSettings } from './search-settings.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 60_000 });

const KEY = 'never-shown';
const found = (...urls: readonly string[]) => urls.map((url) => ({ url, title: 'T', content: 'C', score: 0.9 }));
const KINDS = [
  {
    name: 'searxng',
    path: '/search?q=tides+%26+moons&format=json',
    says: (...urls: readonly string[]) => ({ query: 'q', number_of_results: 0, results: found(...urls) }),
    header: 'authorization',
    sent: undefined,
  },
  {
    name: 'brave',
    path: '/res/v1/web/search?q=tides+%26+moons&count=20',
    says: (...urls: readonly string[]) => ({ type: 'search', web: { type: 'search', results: found(...urls) } }),
    header: 'x-subscription-token',
    sent: undefined,
  },
  {
    name: 'tavily',
    path: '/search?',
    says: (...urls: readonly string[]) => ({ query: 'q', results: found(...urls), response_time: 1 }),
    header: 'authorization',
    sent: { query: 'tides & moons', max_results: 20 },
  },
];
const envOf = (name: string, url: string): NodeJS.ProcessEnv => ({
  MOORING_CONTENT_SEARCH_PROVIDER: name,
  MOORING_CONTENT_SEARCH_URL: url,
  MOORING_CONTENT_SEARCH_KEY: KEY,
});
const find = async (name: string, url: string): Promise<readonly string[] | undefined> =>
  pageSearch(searchSettings(envOf(name, url)))?.find('tides & moons', 20, new AbortController().signal);

describe.each(KINDS)('$name', ({ name, path, says, header, sent }) => {
  test('is asked with the key, and only addresses of pages are taken', async () => {
    const urls = ['https://a.example/', 'file:///etc/passwd', 'no address', 'http://b.example/x'];
    await using provider = await fakeProvider(path, () => ({ body: says(...urls) }));
    expect(await find(name, provider.origin)).toEqual(['https://a.example/', 'http://b.example/x']);
    expect(provider.calls[0]?.headers[header]).toContain(KEY);
    expect(provider.calls[0]?.body).toEqual(sent);
  });

  test('its key is not sent to where it redirects', async () => {
    await using elsewhere = await fakeProvider(path, () => ({ body: says('https://a.example/') }));
    const location = elsewhere.origin + path;
    await using provider = await fakeProvider(path, () => ({ status: 307, headers: { location } }));
    await expect(find(name, provider.origin)).rejects.toThrow(/HTTP status 307.*send urls/);
    expect(elsewhere.calls).toEqual([]);
  });

  test('that refuses the key, or answers something else, is a failure without its words', async () => {
    await using refusing = await fakeProvider(path, () => ({ status: 401, body: { detail: `wrong ${KEY}` } }));
    const error = await find(name, refusing.origin).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ToolFailure', message: expect.stringContaining('refuses the key') });
    expect(String(error)).not.toContain(KEY);
    await using odd = await fakeProvider(path, () => ({ body: { results: 'none', web: 1 } }));
    await expect(find(name, odd.origin)).rejects.toThrow(/could not be read/);
  });
});

test('research without addresses reads what was found, and nothing that is not on the public web', async () => {
  await using site = await startWebSite({ '/tides': articlePage('Tides', 'tides', 't') });
  const inner = 'http://169.254.169.254/latest/';
  await using provider = await fakeProvider('/search?q=tides&format=json', () => ({
    body: { results: found(`${site.origin}/tides`, inner) },
  }));
  await using manager = await runContentManager({
    MOORING_CONTENT_ALLOW: site.host,
    ...envOf('searxng', provider.origin),
  });
  await using ada = await manager.connect('ada');
  const { structuredContent } = await ada.call('research_blog', { topic: 'tides' });
  expect(structuredContent).toMatchObject({
    search: 'searxng',
    sources: [{ url: `${site.origin}/tides` }],
    skipped: [{ url: inner, reason: expect.stringContaining('not on the public web') }],
  });
});
