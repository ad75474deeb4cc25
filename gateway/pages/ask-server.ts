import { request } from 'undici';
import { z } from 'zod';
import { isTrue } from '../../crds/condition-of.ts';
import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';
import { IDENTITY_HEADER } from '../../core/identity-token.ts';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';
import type { SignIdentity } from '../proxy/identity-tokens.ts';

/** What a server says of a page of its own; drawn by us. */
const Form = z.object({
  title: z.string().max(200),
  text: z.string().max(1000),
  label: z.string().max(100),
  submit: z.string().max(50),
  maxLength: z.int().min(1).max(65_536),
});
export type ServerForm = z.output<typeof Form>;
const Answer = z.object({ message: z.string().max(1000) });

/** Milliseconds: it writes one row. */
const TIMEOUT_MS = 10_000;
/** Bytes: a form and a message are a few hundred. */
const MAX_ANSWER = 16 * 1024;

export interface PageOfServer {
  readonly server: McpServer;
  /** `<page>/<id>` */
  readonly path: string;
  readonly subject: string;
}

/** What became of what somebody typed. */
export type Submitted = { readonly kind: 'done' | 'mistake'; readonly message: string };

/** Asks servers about their pages, in the name of the person who opened one and without any scope. What is typed is in no log and no error. */
export function askServerForPages(sign: SignIdentity) {
  async function ask(
    { server, path, subject }: PageOfServer,
    typed?: string,
  ): Promise<{ status: number; body: unknown }> {
    const { backend } = server.status ?? {};
    if (server.spec.remote || backend?.url === undefined || !isTrue(server.status, 'Available')) throw away();
    const identity = { subject, clientId: PAGE_CLIENT_ID, scopes: [] };
    const options = {
      method: typed === undefined ? ('GET' as const) : ('POST' as const),
      headers: {
        [IDENTITY_HEADER]: await sign(qualifiedName(server), identity),
        ...(typed !== undefined && { 'content-type': 'application/json' }),
      },
      ...(typed !== undefined && { body: JSON.stringify({ value: typed }) }),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    };
    try {
      const answer = await request(new URL(`/pages/${path}`, backend.url), options);
      const collected = collectBytes(MAX_ANSWER);
      for await (const chunk of answer.body) if (!collected.add(chunk as Uint8Array)) throw new Error('too large');
      return { status: answer.statusCode, body: parsed(collected.bytes()) };
    } catch (error) {
      throw away((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
  }

  return {
    /** Undefined where the server has nothing to type for this person there. */
    async describe(page: PageOfServer): Promise<ServerForm | undefined> {
      const { status, body } = await ask(page);
      if (status === 404) return undefined;
      const form = Form.safeParse(body);
      if (status === 200 && form.success) return form.data;
      throw away(`status ${status}`);
    },
    /** Undefined where it came too late, or is not for this person. */
    async submit(page: PageOfServer, typed: string): Promise<Submitted | undefined> {
      const { status, body } = await ask(page, typed);
      if (status === 404) return undefined;
      const answer = Answer.safeParse(body);
      if (!answer.success || (status !== 200 && status !== 422)) throw away(`status ${status}`);
      return { kind: status === 200 ? 'done' : 'mistake', message: answer.data.message };
    },
  };
}

const away = (reason = 'not available'): Failure =>
  new Failure(
    'page_unavailable',
    'The server of this page does not answer. Nothing was stored; try again in a moment.',
    {
      status: 502,
      detail: { reason },
    },
  );

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
