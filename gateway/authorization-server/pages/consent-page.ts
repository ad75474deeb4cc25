import { html } from 'hono/html';
import type { ResourceConsent } from '../consent.ts';
import type { RedirectTarget } from '../redirect-target.ts';
import type { ClientIdentity } from './client-identity.ts';
import { page, type Html } from './layout.ts';

export interface ConsentPage {
  readonly client: ClientIdentity;
  readonly account: string;
  /** What the app wants to use, in one name. */
  readonly subject: string;
  /** The first is what the request names; the others come with it. */
  readonly consents: readonly ResourceConsent[];
  /** Comes back with the form, so that nobody allows something else than what the page showed. */
  readonly shown: string;
}

export const consentPage = ({ client, account, subject, consents, shown }: ConsentPage): Html =>
  page(
    'Allow access',
    html`<h1>Allow <bdi>${client.name}</bdi> to use <bdi>${subject}</bdi>?</h1>
      <p class="soft">What it does there is done in your name, <bdi>${account}</bdi>.</p>
      <dl>
        <div>
          <dt>App</dt>
          <dd><bdi>${client.name}</bdi>${origin(client)}</dd>
        </div>
        ${consents.length === 1 ? consents.map(oneServer) : everyServer(consents)}
        <div>
          <dt>You return to</dt>
          <dd>${destination(client.target)}</dd>
        </div>
      </dl>
      ${warning(client.target)}
      <form method="post">
        <input type="hidden" name="shown" value="${shown}" />
        <div class="actions">
          <button class="main" name="action" value="allow">Allow</button>
          <button name="action" value="deny">Deny</button>
        </div>
      </form>`,
  );

const oneServer = ({ resource, granted, rejected }: ResourceConsent): Html =>
  html`<div>
      <dt>MCP server</dt>
      <dd><bdi>${resource.title}</bdi><small>${resource.url}</small></dd>
    </div>
    <div>
      <dt>Scopes</dt>
      <dd>${granted.map(scope)}</dd>
      ${rejected.length > 0 ? html`<dd><small>Your account may not grant: ${rejected.join(', ')}</small></dd>` : ''}
    </div>`;

/** The command line: each server with what it could do there. */
function everyServer(consents: readonly ResourceConsent[]): Html {
  const servers = consents.filter(({ resource }) => resource.server);
  return html`<div>
    <dt>It can call ${servers.length === 1 ? 'this server' : `these ${servers.length} servers`}, with these scopes</dt>
    <dd class="servers">
      ${servers.map(
        ({ resource: { title, url }, granted }) =>
          html`<p><bdi>${title}</bdi> ${granted.map(scope)}<small>${url}</small></p>`,
      )}
    </dd>
    <dd><small>Servers that are added later are not part of this.</small></dd>
  </div>`;
}

const scope = (name: string): Html => html`<code class="scope">${name}</code>`;

function origin({ provenHost, isBuiltIn, id }: ClientIdentity): Html {
  if (isBuiltIn)
    return html`<small>the program <code>mooring</code></small
      ><small>id ${id}</small>`;
  return provenHost
    ? html`<small>published by <strong>${provenHost}</strong></small
        ><small>${id}</small>`
    : html`<small>registered itself; nobody has checked its name</small><small>id ${id}</small>`;
}

function destination(target: RedirectTarget | undefined): Html {
  switch (target?.kind) {
    case 'web':
      return html`<strong>${target.host}</strong>`;
    case 'loopback':
      return html`<strong>${target.host}</strong><small>a program on this computer</small>`;
    case 'app':
      return html`<strong>${target.scheme}:</strong><small>the app on this computer that opens such links</small>`;
    case undefined:
      return html`an unknown place`;
    default:
      return target satisfies never;
  }
}

/** RFC 8252 section 8.6 and the MCP specification: what answers on this computer cannot be told from a program that pretends. */
function warning(target: RedirectTarget | undefined): Html | '' {
  if (target?.kind === 'web') return '';
  return html`<p class="note">
    This app runs on your computer, and any other program there could ask in its name. Allow it only if you started this
    sign-in yourself a moment ago.
  </p>`;
}
