type Fetch = typeof globalThis.fetch;

interface Document {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetchedAt: number;
}

/** Documents kept, of at most 64 KiB each (guarded-fetch.ts); as many as oidc-provider keeps in its own cache. */
const MAX_DOCUMENTS = 100;
/** Milliseconds. The longest that oidc-provider would have kept a document without asking. */
const MAX_AGE = 24 * 60 * 60 * 1000;

/**
 * A site that is down must not take the sign-ins of its users with it: every refresh of a token needs the client's metadata
 * document, and a client whose refresh fails forgets everything. So the last good one is used for a day while its site does
 * not answer or answers with its own failure (5xx). A site that says that the document is gone is believed.
 */
export function withLastGoodDocuments(fetch: Fetch, now: () => number = Date.now): Fetch {
  const documents = new Map<string, Document>();

  function keep(url: string, document: Document): void {
    documents.delete(url);
    documents.set(url, document);
    const [oldest] = documents.keys();
    if (documents.size > MAX_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
  }

  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    try {
      const response = await fetch(input, init);
      if (response.status >= 500) throw new Error(`the site answered ${response.status}`);
      const body = await response.text();
      const headers = cacheHeaders(response);
      if (response.status === 200) keep(url, { body, headers, fetchedAt: now() });
      else documents.delete(url);
      return new Response(body, { status: response.status, headers });
    } catch (error) {
      const last = documents.get(url);
      if (last && now() - last.fetchedAt < MAX_AGE) return new Response(last.body, { headers: last.headers });
      throw error;
    }
  };
}

/** What oidc-provider reads off an answer. */
function cacheHeaders({ headers }: Response): Record<string, string> {
  const wanted = ['cache-control', 'expires'].map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(wanted.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
