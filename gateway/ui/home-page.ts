import { html } from 'hono/html';
import { page } from '../authorization-server/pages/layout.ts';
import { STYLE_HASH } from '../authorization-server/pages/style.ts';
import type { CatalogueEntry } from '../registry/catalogue.ts';

/** For a person who opens the public URL: what this is, what can be connected, and how. No scripts, nothing from elsewhere. */
export const homePage = (servers: readonly CatalogueEntry[]) =>
  page(
    'MCP servers',
    html`<h1>MCP servers</h1>
      <p>
        This gateway serves MCP servers. Give the URL of one to an MCP client: it opens a page to sign in where the
        server asks for that, and nothing else has to be set up.
      </p>
      ${servers.length === 0 ? html`<p class="soft">No server is shown to visitors.</p>` : html`<dl>${servers.map(entry)}</dl>`}
      <p class="soft">
        In Claude Code: <code>claude mcp add --transport http NAME URL</code>. In other clients, add a custom or remote
        server of type HTTP with the URL.
      </p>`,
  );

const entry = ({ title, description, endpoint, ready }: CatalogueEntry) =>
  html`<div>
    <dt>${title}${ready ? '' : ' (not ready at the moment)'}</dt>
    ${description === undefined ? '' : html`<dd>${description}</dd>`}
    <dd><code>${endpoint}</code></dd>
  </div>`;

export const HOME_PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src ${STYLE_HASH}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
