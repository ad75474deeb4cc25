import type { IncomingMessage } from 'node:http';
import { Failure } from '../core/failure.ts';
import { excerpt } from './excerpt.ts';

/** Whatever makes a URL parser or a router read another path than the one that was written. */
const READ_DIFFERENTLY = /%|\\|#|\/\.{0,2}\/|\/\.{1,2}$/;

/**
 * Our paths are plain text. One that has to be decoded or normalized first (`/oauth/../api`, `/%6fauth`) might pass a rule of a
 * proxy before us and mean another path here, so it means none: 404.
 */
export function checkPath({ url = '' }: IncomingMessage): void {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (!READ_DIFFERENTLY.test(path)) return;
  throw new Failure(
    'not_found',
    'There is nothing here. Write the path without escapes and without empty or dot segments.',
    {
      status: 404,
      detail: { target: excerpt(url) },
    },
  );
}
