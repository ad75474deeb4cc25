import type Provider from 'oidc-provider';
import type { Interaction, InteractionResults } from 'oidc-provider';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import type { ProtectedResource, ProtectedResources } from '../protected-resources.ts';
import { ADMIN_ACCOUNT, type Account } from './accounts.ts';
import { peerKey } from './attempts.ts';
import { isForEveryServer } from './command-line-client.ts';
import { consentOf, fingerprint, type ResourceConsent } from './consent.ts';
import type { Failures } from './failures.ts';
import { readForm } from './form.ts';
import type { Middleware } from './middleware.ts';
import { assertOwnForm } from './own-form.ts';
import { clientIdentity, type ClientIdentity } from './pages/client-identity.ts';
import { consentPage } from './pages/consent-page.ts';
import type { Html } from './pages/layout.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { interactionId } from './paths.ts';
import { grantResource } from './resource-indicators.ts';
import type { SignIn } from './sign-in.ts';

export interface InteractionOptions {
  readonly provider: Provider;
  readonly publicUrl: URL;
  readonly resources: ProtectedResources;
  readonly signIn: SignIn;
  readonly findAccount: (name: string) => Promise<Account | undefined>;
  readonly failures: Failures;
  readonly log: Log;
}

/** What a page is about. */
interface Question {
  readonly interaction: Interaction;
  readonly client: ClientIdentity;
  readonly resource: ProtectedResource;
}

type Context = Parameters<Middleware>[0];

/** The pages where people sign in and consent. Which of the two it is, is oidc-provider's (and prompt-policy.ts') decision. */
export function interactionPages(options: InteractionOptions): Middleware {
  const { provider, publicUrl } = options;

  return async (ctx, next) => {
    const id = interactionId(ctx.path);
    if (id === undefined || !['GET', 'POST'].includes(ctx.method)) return void (await next());
    const question = await findQuestion(ctx, id);
    const page = question.interaction.prompt.name === 'login' ? signInQuestion : consentQuestion;
    if (ctx.method === 'GET') return show(ctx, await page.ask(question, options));
    assertOwnForm(ctx.req, publicUrl);
    const answer = await page.answer(ctx, question, options);
    if ('html' in answer) return show(ctx, answer.html);
    const returnTo = await provider.interactionResult(ctx.req, ctx.res, answer.result, {
      mergeWithLastSubmission: !('error' in answer.result),
    });
    ctx.status = 303;
    ctx.redirect(returnTo);
  };

  async function findQuestion(ctx: Context, id: string): Promise<Question> {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const { client_id: clientId, redirect_uri: redirectUri, resource: url } = interaction.params;
    const client = await provider.Client.find(String(clientId));
    const resource = options.resources.find(String(url));
    if (interaction.uid !== id || !client) throw expired();
    if (!resource) {
      throw new Failure('server_gone', 'The MCP server that this sign-in was for is not there any more.', {
        status: 404,
      });
    }
    return { interaction, client: clientIdentity(client, String(redirectUri)), resource };
  }
}

interface Page {
  ask(question: Question, options: InteractionOptions): Promise<Html>;
  answer(
    ctx: Context,
    question: Question,
    options: InteractionOptions,
  ): Promise<{ html: Html } | { result: InteractionResults }>;
}

const DENIED = { error: 'access_denied', error_description: 'the request was denied' } as const;

const signInQuestion: Page = {
  ask: async (question) =>
    signInPage({ client: question.client.name, server: subjectOf(question), username: ADMIN_ACCOUNT }),

  async answer(ctx, question, { signIn, failures, log }) {
    const { action, username = '', password = '' } = await readForm(ctx.req);
    if (action === 'cancel') return { result: DENIED };
    const peer = peerKey(ctx.req.socket.remoteAddress);
    try {
      const account = await signIn({ username, password, peer });
      log.info({ account: account.name, peer }, 'signed in');
      return { result: { login: { accountId: account.name } } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { id, message, status, headers } = failures.of(error, ctx.req);
      ctx.status = status;
      ctx.set({ ...headers });
      const problem = { id, message };
      const [client, server] = [question.client.name, subjectOf(question)];
      return { html: await signInPage({ client, server, username, problem }) };
    }
  },
};

/** What the person is asked to open to the app. */
const subjectOf = ({ client, resource }: Question): string =>
  isForEveryServer(client.id, resource) ? 'every MCP server here' : resource.title;

const consentQuestion: Page = {
  async ask(question, options) {
    const { account, consents } = await consentsOf(question, options);
    const { client } = question;
    return consentPage({ client, account, subject: subjectOf(question), consents, shown: fingerprint(consents) });
  },

  async answer(ctx, question, options) {
    const { action, shown } = await readForm(ctx.req);
    const { client, resource } = question;
    const { account, consents } = await consentsOf(question, options);
    // A name has passed to another server since the page was shown, or a server has come.
    if (shown !== fingerprint(consents)) return { html: await consentQuestion.ask(question, options) };
    const allowed = action === 'allow';
    const granted = consents[0]?.granted;
    options.log.info(
      { account, client: client.id, resource: resource.url, resources: consents.length, granted, allowed },
      'consent answered',
    );
    if (!allowed) return { result: DENIED };
    const grant = new options.provider.Grant({ accountId: account, clientId: client.id });
    for (const consent of consents) grantResource(grant, consent);
    return { result: { consent: { grantId: await grant.save() } } };
  },
};

async function consentsOf(
  { interaction, client, resource }: Question,
  { findAccount, resources }: InteractionOptions,
): Promise<{ readonly account: string; readonly consents: readonly ResourceConsent[] }> {
  const account = await findAccount(interaction.session?.accountId ?? '');
  if (!account) throw expired();
  const wanted = String(interaction.params['scope']).split(' ');
  return { account: account.name, consents: consentOf({ clientId: client.id, resource, wanted, account }, resources) };
}

async function show(ctx: Context, content: Html): Promise<void> {
  ctx.type = 'html';
  ctx.body = String(await content);
}

const expired = (): Failure =>
  new Failure(
    'sign_in_expired',
    'This sign-in has expired or was started in another browser. Go back to the app and start it again.',
    { status: 400 },
  );
