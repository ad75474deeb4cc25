import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context, Handler } from 'hono';
import { Failure } from '../../core/failure.ts';
import { assertOwnForm } from '../authorization-server/own-form.ts';
import { readForm } from '../authorization-server/form.ts';
import { pageSignInUrl } from '../authorization-server/page-client.ts';
import { problemPage } from '../authorization-server/pages/problem-page.ts';
import type { Html } from '../authorization-server/pages/layout.ts';
import type { EndpointParts } from '../endpoint-steps.ts';
import type { GatewayEnv } from '../gateway-env.ts';
import type { ProtectedResource } from '../protected-resources.ts';
import { pagePath } from '../public-paths.ts';
import { logFailure, toFailure, type RefusalParts } from '../refusals.ts';
import type { askServerForPages } from './ask-server.ts';
import type { PageCookies } from './page-cookies.ts';
import { donePage, formPage, PAGE_HEADERS } from './page-html.ts';

export interface PageParts extends RefusalParts, Pick<EndpointParts, 'resources' | 'names'> {
  readonly pages: {
    readonly cookies: PageCookies;
    readonly servers: ReturnType<typeof askServerForPages>;
    /** Who has signed in with this code. */
    readonly redeem: (code: { readonly code: string; readonly verifier: string }) => Promise<string | undefined>;
  };
}

type PageContext = Context<GatewayEnv>;

/** Bytes of a form: 32,768 characters (what a page takes at most is the server's to say), of which percent-encoding makes up to nine each. */
const MAX_FORM = 300 * 1024;

/**
 * The pages of servers, on which a signed-in person types what must not pass through a model. Opened without a visit of theirs, they lead
 * to signing in and back; what is typed goes to the server with the person's identity, and is kept nowhere here.
 */
export function pageSteps({ resources, names, pages, log, metrics }: PageParts) {
  const { cookies, servers, redeem } = pages;

  const shown = (handler: (c: PageContext) => Promise<Response>): Handler<GatewayEnv> => {
    return async (c) => {
      try {
        onlyAlone(c.env.incoming);
        return await handler(c);
      } catch (error) {
        const failure = toFailure(error);
        logFailure(failure, log, { method: c.req.method, path: c.req.path.slice(0, 200) });
        metrics.refused(failure.code);
        return show(c, problemPage(failure), failure.status);
      }
    };
  };

  const open = shown(async (c) => {
    const { resource, path, page } = found(c);
    const { incoming } = c.env;
    const visitor = await cookies.visitor(incoming, page);
    if (incoming.method === 'GET' && !visitor) return signIn(c, resource, page);
    if (incoming.method !== 'GET' && incoming.method !== 'POST') throw wrongMethod();
    if (!visitor) throw tooLate();
    const { subject } = visitor;
    const ofServer = { server: resource.server, path, subject };
    const about = { server: resource.title, person: subject };
    if (incoming.method === 'GET') {
      const form = await servers.describe(ofServer);
      if (!form) throw tooLate();
      return show(c, formPage(form, about));
    }
    assertOwnForm(incoming, new URL(names().publicUrl));
    // A text area sends its line ends as CRLF whatever was typed (HTML, section 4.10.22).
    const { value = '' } = await readForm(incoming, MAX_FORM);
    const answer = value === '' ? undefined : await servers.submit(ofServer, value.replaceAll('\r\n', '\n'));
    if (answer?.kind === 'done') {
      log.info({ path, subject, server: resource.title }, 'a page was used');
      c.header('set-cookie', cookies.leave(page));
      return show(c, donePage(answer.message));
    }
    const form = await servers.describe(ofServer);
    if (!form) throw tooLate();
    return show(c, formPage(form, { ...about, mistake: answer?.message ?? 'Type something first.' }), 422);
  });

  async function signIn(c: PageContext, resource: ProtectedResource, page: string): Promise<Response> {
    const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
    c.header('set-cookie', await cookies.begin({ page, state, verifier }));
    c.header('cache-control', 'no-store');
    return c.redirect(pageSignInUrl(names().publicUrl, { resource: resource.url, state, verifier }), 303);
  }

  /** Where the authorization server sends a browser back to. */
  const signedIn = shown(async (c) => {
    const begun = await cookies.begun(c.env.incoming);
    const { code, state } = c.req.query();
    if (!begun || state !== begun.state) throw tooLate();
    const subject = code === undefined ? undefined : await redeem({ code, verifier: begun.verifier });
    if (subject === undefined) throw tooLate();
    c.header('set-cookie', await cookies.arrive({ page: begun.page, subject }));
    c.header('cache-control', 'no-store');
    return c.redirect(begun.page, 303);
  });

  function found(c: PageContext) {
    const { name = '', page: pageName = '', id = '' } = c.req.param();
    const resource = resources.named(name);
    if (!resource?.server || !/^[a-z0-9-]{1,64}$/.test(pageName) || !/^[\w-]{1,64}$/.test(id)) throw tooLate();
    return {
      resource: { ...resource, server: resource.server },
      path: `${pageName}/${id}`,
      page: pagePath(name, pageName, id),
    };
  }

  return { open, signedIn };
}

const show = (c: PageContext, content: Html, status = 200): Response => {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  return c.html(content as Promise<string>, status as 200) as unknown as Response;
};

/** Fetch Metadata Request Headers, section 2: neither a frame, nor a script or picture of another page. */
function onlyAlone({ headers }: IncomingMessage): void {
  const [mode, dest] = [headers['sec-fetch-mode'], headers['sec-fetch-dest']];
  if ((mode === undefined || mode === 'navigate') && (dest === undefined || dest === 'document')) return;
  throw new Failure('not_a_navigation', 'Open this address in a browser window of its own.', { status: 403 });
}

const wrongMethod = (): Failure =>
  new Failure('method_not_allowed', 'Open this address in a browser.', {
    status: 405,
    headers: { allow: 'GET, POST' },
  });

/** The same for what never was, is somebody else's, was used, or has expired. */
const tooLate = (): Failure =>
  new Failure(
    'page_gone',
    'There is nothing to type here for you: the page was used, its five minutes are over, or somebody else started it. Go back to the app and start again.',
    { status: 404 },
  );
