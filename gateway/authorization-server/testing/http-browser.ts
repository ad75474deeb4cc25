/** What a browser does with cookies, redirects and forms, without one: for flows by the hundred. */
export interface HttpBrowser {
  /** Opens a URL and follows redirects while they stay on the origin. */
  open(url: string): Promise<Page>;
  /** Sends the form of the page that is open. */
  submit(fields: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Page>;
  /** Name, path and `secure` of each. */
  cookies(): readonly string[];
  /** Values of the cookies whose name contains this. */
  values(name: string): readonly string[];
}

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
  /** Where the last redirect led, off the origin. */
  readonly redirect?: URL;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
}

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** `origin` is what the address bar shows; requests go to `connectTo`, as through a proxy that ends TLS. */
export function createHttpBrowser(origin: string, connectTo: string | (() => string) = origin): HttpBrowser {
  const jar = new Map<string, Cookie>();
  let current = '';
  let html = '';

  async function request(url: URL, { headers, ...init }: Init): Promise<Page> {
    const cookie = [...jar]
      .filter(([, { path }]) => path === '/' || url.pathname === path || url.pathname.startsWith(`${path}/`))
      // RFC 6265 section 5.4: longer paths first.
      .sort(([, a], [, b]) => b.path.length - a.path.length)
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ');
    const peer = typeof connectTo === 'string' ? connectTo : connectTo();
    const response = await fetch(peer + url.pathname + url.search, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...headers, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) keep(line);
    const location = response.headers.get('location');
    if (location !== null) {
      const target = new URL(location, url);
      if (target.origin === origin) return request(target, { method: 'GET' });
      return { status: response.status, url: url.href, html: '', headers: response.headers, redirect: target };
    }
    current = url.href;
    html = await response.text();
    return { status: response.status, url: url.href, html, headers: response.headers };
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; ?/);
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const isOver = attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute));
    if (isOver) jar.delete(`${name} ${path}`);
    else
      jar.set(`${name} ${path}`, { value, path, secure: attributes.some((attribute) => /^secure$/i.test(attribute)) });
  }

  return {
    open: (url) => request(new URL(url), { method: 'GET' }),
    submit: (fields, headers = {}) =>
      request(new URL(current), {
        method: 'POST',
        headers: { origin, 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams({ ...hiddenFields(), ...fields }),
      }),
    values: (name) => [...jar].filter(([key]) => key.includes(name)).map(([, { value }]) => value),
    cookies: () => [...jar].map(([key, { secure }]) => `${key}${secure ? ' secure' : ''}`),
  };

  function hiddenFields(): Record<string, string> {
    const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
  }
}
