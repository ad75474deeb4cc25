import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../core/failure.ts';

/**
 * Browsers say when an answer would become a page (Fetch Metadata Request Headers section 2.2). An MCP endpoint has no
 * pages, and what a backend sends must never become one of our origin. Fails with 403.
 */
export function refuseNavigation(headers: IncomingHttpHeaders): void {
  if (headers['sec-fetch-mode'] !== 'navigate') return;
  throw new Failure('navigation_refused', 'This is an MCP endpoint, not a page. Give its URL to an MCP client.', {
    status: 403,
  });
}
