import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../core/failure.ts';
import { excerpt } from '../excerpt.ts';

/**
 * What becomes of a backend's answer. `body` passes as it comes, `events` too and unbuffered; `dropped` passes its status
 * alone; `empty` must not have a body; a Failure takes its place.
 */
export type Verdict = 'body' | 'events' | 'dropped' | 'empty' | Failure;

/** Parameters may follow, but no comma: who reads the header as a list might take another member of it. */
const EVENT_STREAM = /^text\/event-stream *(?:;[^,]*)?$/i;
const JSON_TYPE = /^application\/json *(?:;[^,]*)?$/i;

/**
 * Judges an answer by its head. Our origin also shows sign-in and consent pages, so nothing passes that a browser would
 * show, follow or store; and nothing that would start OAuth against the backend instead of the gateway.
 */
export function judgeResponse(status: number, headers: IncomingHttpHeaders): Verdict {
  if (status === 401 || status === 407) return unauthorized(status, headers);
  if (status < 200 || (status >= 300 && status < 400) || status > 599) return refused(status, headers);
  // RFC 9110 section 15.3.5: it ends with its head, whatever that says of a body.
  if (status === 204) return 'dropped';
  const type = headers['content-type'];
  // Two values arrive as an array, of which a browser might take the other one.
  if (typeof type === 'string') {
    if (JSON_TYPE.test(type)) return 'body';
    if (EVENT_STREAM.test(type)) return 'events';
  }
  // Clients act on these codes alone (405 on GET, 404 on a session, the era by a 400), and real servers send pages with
  // them: Express answers 202 and 405 in text. Without the body they are harmless and still true.
  if (status === 202 || status >= 400) return 'dropped';
  return 'empty';
}

/** For a body that came although its type does not pass. */
export const refused = (status: number, headers: IncomingHttpHeaders): Failure =>
  new Failure(
    'backend_response_refused',
    'The server answered with something that is not MCP (JSON or an event stream), so it was not passed on. Check the URL and path of the server.',
    {
      status: 502,
      detail: {
        backendStatus: status,
        contentType: excerpt(headers['content-type']),
        location: excerpt(headers.location),
      },
    },
  );

const unauthorized = (status: number, headers: IncomingHttpHeaders): Failure =>
  new Failure(
    'backend_unauthorized',
    'The server asked for credentials of its own. Configure it to accept Mooring-Identity, or to ask for none.',
    { status: 502, detail: { backendStatus: status, challenge: excerpt(headers['www-authenticate']) } },
  );
