import type { IncomingMessage } from 'node:http';
import { Failure } from '../../core/failure.ts';
import { excerpt } from '../excerpt.ts';

/**
 * Besides the cookie, which other sites do not send along (SameSite), the form must come from our own page: a page on another
 * port of this host counts as the same site.
 */
export function assertOwnForm({ headers }: IncomingMessage, publicUrl: URL): void {
  const { origin = '' } = headers;
  const site = headers['sec-fetch-site'] ?? '';
  if ((origin === '' || origin === publicUrl.origin) && (site === '' || site === 'same-origin')) return;
  throw new Failure('foreign_form', 'This form was not sent from its own page. Go back to the app and start again.', {
    status: 403,
    detail: { origin: excerpt(origin), site: excerpt(site) },
  });
}
