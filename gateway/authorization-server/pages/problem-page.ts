import { html } from 'hono/html';
import type { Failure } from '../../../core/failure.ts';
import { page, type Html } from './layout.ts';

/** What a person sees where a redirect back to the app is not possible. */
export const problemPage = (failure: Failure): Html =>
  page(
    'Not possible',
    html`<h1>This did not work</h1>
      <p>${failure.message}</p>
      <p>
        <small>${failure.code} · <code>${failure.id}</code></small>
      </p>`,
  );
