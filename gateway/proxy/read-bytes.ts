import type { IncomingMessage } from 'node:http';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';

interface ReadLimits {
  readonly requestBodyBytes: number;
  readonly requestSeconds: number;
}

/**
 * Bytes of all bodies that are on their way, of every client together: each is bounded, but many that are never finished would fill the memory.
 * 32 of the largest at once; their buffers are at most twice that, a quarter of what the chart lets a gateway have.
 */
const MAX_UNFINISHED_BYTES = 32 * 4 * 1024 * 1024;
/** Of each body, that are not counted: ordinary calls go on while somebody holds all there is. */
const UNCOUNTED_BYTES = 64 * 1024;
let unfinishedBytes = 0;

/**
 * The body of a request, whole. Fails with 413 above `requestBodyBytes`, with 408 when it is not there after
 * `requestSeconds`, with 503 while too much of others is on its way, and with 499 when the client leaves before. What is left unread, the HTTP server drains or cuts off.
 */
export async function readBytes(incoming: IncomingMessage, limits: ReadLimits): Promise<Buffer> {
  const length = Number(incoming.headers['content-length']);
  if (length > limits.requestBodyBytes) throw tooLarge(limits);
  // By the next microtask, what came in one packet with the head is here. That is almost every body.
  await Promise.resolve();
  if (incoming.destroyed) throw clientLeft();
  if (incoming.readableLength !== length) return readPieces(incoming, limits);
  const bytes = incoming.read() as Buffer | null;
  incoming.resume();
  return bytes ?? Buffer.alloc(0);
}

const readPieces = (incoming: IncomingMessage, limits: ReadLimits): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const collected = collectBytes(limits.requestBodyBytes);
    const timer = setTimeout(() => settle(() => reject(tooSlow(limits))), limits.requestSeconds * 1000);
    let own = 0;
    const counted = (): number => Math.max(0, own - UNCOUNTED_BYTES);
    const settle = (outcome: () => void): void => {
      unfinishedBytes -= counted();
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('close', onClose);
      outcome();
    };
    const onData = (chunk: Buffer): void => {
      unfinishedBytes -= counted();
      own += chunk.length;
      unfinishedBytes += counted();
      if (counted() > 0 && unfinishedBytes > MAX_UNFINISHED_BYTES) return settle(() => reject(tooManyBytes()));
      if (!collected.add(chunk)) settle(() => reject(tooLarge(limits)));
    };
    const onEnd = (): void => settle(() => resolve(collected.bytes()));
    const onClose = (): void => settle(() => reject(clientLeft()));
    incoming.on('data', onData).on('end', onEnd).on('close', onClose);
  });

const tooLarge = ({ requestBodyBytes }: ReadLimits): Failure =>
  new Failure('request_too_large', `The request body is larger than the ${requestBodyBytes} bytes that are allowed.`, {
    status: 413,
  });

const tooSlow = ({ requestSeconds }: ReadLimits): Failure =>
  new Failure('request_timeout', `The request did not arrive whole within ${requestSeconds} s. Send it again.`, {
    status: 408,
  });

const tooManyBytes = (): Failure =>
  new Failure('gateway_busy', 'Too many large requests are on their way at the moment. Send the request again.', {
    status: 503,
    headers: { 'retry-after': '1' },
  });

/** 499 is nginx' name for it; nobody is there to read it but the log. */
const clientLeft = (): Failure =>
  new Failure('client_closed_request', 'The client closed the connection before its request was whole.', {
    status: 499,
  });
