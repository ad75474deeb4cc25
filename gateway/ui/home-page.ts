import { html } from 'hono/html';
import type { CatalogueEntry } from '../registry/catalogue.ts';

/** For a person who opens the public URL: what this is, and what can be connected. No scripts, nothing from elsewhere. */
export const homePage = (servers: readonly CatalogueEntry[]) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Mooring</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              1rem/1.5 system-ui,
              sans-serif;
          }
          body {
            max-width: 44rem;
            margin: 3rem auto;
            padding: 0 1rem;
          }
          code {
            overflow-wrap: anywhere;
          }
        </style>
      </head>
      <body>
        <h1>Mooring</h1>
        <p>This is a gateway to MCP servers. Give an endpoint below to an MCP client; it will ask you to sign in.</p>
        ${servers.length === 0 ? html`<p>No server is shown to visitors.</p>` : servers.map(section)}
      </body>
    </html>`;

const section = ({ title, description, endpoint, ready }: CatalogueEntry) =>
  html`<section>
    <h2>${title}</h2>
    ${description === undefined ? '' : html`<p>${description}</p>`}
    <p><code>${endpoint}</code>${ready ? '' : ' (not ready at the moment)'}</p>
  </section>`;

/** Inline style only. */
export const HOME_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
