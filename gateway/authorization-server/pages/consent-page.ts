import { html } from 'hono/html';
import type { RedirectTarget } from '../redirect-target.ts';
import type { ClientIdentity } from './client-identity.ts';
import { page, type Html } from './layout.ts';

interface ConsentServer {
  readonly title: string;
  readonly url: string;
  /** Comes back with the form, so that nobody allows something else than what the page showed. */
  readonly owner: string;
}

export interface ConsentPage {
  readonly client: ClientIdentity;
  readonly account: string;
  readonly server: ConsentServer;
  readonly scopes: readonly string[];
  /** Asked for, but not within what this account may grant. */
  readonly withheld: readonly string[];
}

export const consentPage = ({ client, account, server, scopes, withheld }: ConsentPage): Html =>
  page(
    'Allow access',
    html`<h1>Allow <bdi>${client.name}</bdi> to use <bdi>${server.title}</bdi>?</h1>
      <p class="soft">What it does there is done in your name, <bdi>${account}</bdi>.</p>
      <dl>
        <div>
          <dt>App</dt>
          <dd><bdi>${client.name}</bdi>${origin(client)}</dd>
        </div>
        <div>
          <dt>MCP server</dt>
          <dd><bdi>${server.title}</bdi><small>${server.url}</small></dd>
        </div>
        <div>
          <dt>Scopes</dt>
          <dd>${scopes.map((scope) => html`<code class="scope">${scope}</code>`)}</dd>
          ${withheld.length > 0 ? html`<dd><small>Your account may not grant: ${withheld.join(', ')}</small></dd>` : ''}
        </div>
        <div>
          <dt>You return to</dt>
          <dd>${destination(client.target)}</dd>
        </div>
      </dl>
      ${warning(client.target)}
      <form method="post">
        <input type="hidden" name="owner" value="${server.owner}" />
        <div class="actions">
          <button class="main" name="action" value="allow">Allow</button>
          <button name="action" value="deny">Deny</button>
        </div>
      </form>`,
  );

const origin = ({ provenHost, id }: ClientIdentity): Html =>
  provenHost
    ? html`<small>published by <strong>${provenHost}</strong></small
        ><small>${id}</small>`
    : html`<small>registered itself; nobody has checked its name</small><small>id ${id}</small>`;

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
