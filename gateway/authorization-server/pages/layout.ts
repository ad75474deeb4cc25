import { html } from 'hono/html';
import { STYLE_ELEMENT } from './style.ts';

/** Escaped HTML: what `html` makes of a template without promises in it. */
export type Html = ReturnType<typeof html>;

/** A page for people: plain HTML that needs no script. */
export const page = (title: string, content: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Mooring</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <p class="brand">Mooring</p>
          ${content}
        </main>
      </body>
    </html>`;
