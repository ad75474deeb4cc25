import { z } from 'zod';
import type { VerifiedIdentity } from '../../core/identity-token.ts';
import { Failure } from '../../core/failure.ts';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';
import type { Log } from '../../core/log.ts';
import type { Page } from './define-page.ts';
import { explainError } from './explain-error.ts';

/** `/pages/<name>/<id>` */
const PATH = /^\/pages\/([a-z0-9-]{1,64})\/([\w-]{1,64})$/;
/** Bytes: a value of 32,768 characters, each escaped by JSON. */
export const MAX_PAGE_BODY = 256 * 1024;

const Typed = z.strictObject({ value: z.string().min(1) });

/** Whether a path is that of a page, of one that exists or not. */
export const isPagePath = (path: string): boolean => PATH.test(path);

/**
 * Answers the gateway: GET describes a page, POST brings what a person typed. Only for people whom the gateway has signed in for a
 * page: a client with an access token of theirs must not type for them.
 */
export async function answerPage<Services extends object>(
  { pages, services, log }: { pages: readonly Page<Services>[]; services: Services; log: Log },
  identity: VerifiedIdentity,
  request: Request,
  readBody: () => Promise<string>,
): Promise<Response> {
  const [, name, id = ''] = PATH.exec(new URL(request.url).pathname) ?? [];
  const page = pages.find((each) => each.name === name);
  const isOfPerson = identity.issuer === 'mooring:gateway' && identity.clientId === PAGE_CLIENT_ID;
  if (!page || !isOfPerson || identity.subject === undefined) throw gone();
  const context = { ...services, identity, signal: request.signal, log };
  try {
    if (request.method === 'GET') return json(200, (await page.describe(id, context)) ?? undefined);
    if (request.method !== 'POST') throw new Failure('method_not_allowed', 'Use GET or POST.', { status: 405 });
    const typed = Typed.safeParse(parsed(await readBody()));
    if (!typed.success) throw new Failure('invalid_request', 'Send {"value": "…"}.', { status: 400 });
    const message = await page.submit(id, typed.data.value, context);
    return json(200, message === undefined ? undefined : { message });
  } catch (error) {
    if (error instanceof Failure && error.status < 500) throw error;
    const { outcome, message } = explainError(error, { page: page.name }, context);
    return json(outcome === 'bug' ? 500 : 422, { message });
  }
}

/** Undefined: there is nothing here for this person. */
function json(status: number, body: object | undefined): Response {
  if (body === undefined) throw gone();
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

const gone = (): Failure => new Failure('not_found', 'There is no such page for you.', { status: 404 });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
