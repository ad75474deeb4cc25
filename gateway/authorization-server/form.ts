import type { IncomingMessage } from 'node:http';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';
import { storable } from './storable.ts';

/** Bytes. A name, a long password with every character escaped, and a button. */
const MAX_BYTES = 8 * 1024;

/** The fields of a form that a browser sent (application/x-www-form-urlencoded); of a repeated field the last one. */
export async function readForm(
  request: IncomingMessage,
  maxBytes = MAX_BYTES,
): Promise<Readonly<Record<string, string>>> {
  const collected = collectBytes(maxBytes);
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (!collected.add(chunk)) {
      throw new Failure('form_too_large', 'This form is too large. Go back and try again.', { status: 413 });
    }
  }
  const fields = new URLSearchParams(collected.bytes().toString('utf8'));
  return Object.fromEntries([...fields].map(([name, value]) => [name, storable(value)]));
}
