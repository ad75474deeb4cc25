import { html } from 'hono/html';
import { page, type Html } from '../authorization-server/pages/layout.ts';
import { STYLE_HASH } from '../authorization-server/pages/style.ts';
import type { ServerForm } from './ask-server.ts';

/** Alone, without scripts, and nothing from elsewhere. Not `no-referrer`: browsers would send `Origin: null` with the form then. */
export const PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src ${STYLE_HASH}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Everything that a server says is text here. What is typed shows as dots unless the person wants to read it: by style alone, for there are no scripts. */
export const formPage = (
  { title, text, label, submit, maxLength }: ServerForm,
  { server, person, mistake }: { readonly server: string; readonly person: string; readonly mistake?: string },
): Html =>
  page(
    title,
    html`<h1>${title}</h1>
      <p class="soft">for <bdi>${server}</bdi>, as <bdi>${person}</bdi></p>
      <p>${text}</p>
      ${mistake === undefined ? '' : html`<p class="problem" role="alert">${mistake}</p>`}
      <form method="post">
        <label for="value">${label}</label>
        <textarea
          id="value"
          name="value"
          class="masked"
          rows="3"
          maxlength="${maxLength}"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        ></textarea>
        <label class="check"><input class="unmask" type="checkbox" autocomplete="off" />Show what I type</label>
        <div class="actions"><button class="main">${submit}</button></div>
      </form>`,
  );

export const donePage = (message: string): Html =>
  page(
    'Done',
    html`<h1>Done</h1>
      <p>${message}</p>`,
  );
