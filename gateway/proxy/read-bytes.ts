import type { IncomingMessage } from 'node:http';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';

interface ReadLimits {
  readonly requestBodyBytes: number;
  readonly requestSeconds: number;
}

/**
 * The body of a request, whole. Fails with 413 above `requestBodyBytes`, with 408 when it is not there after
 * `requestSeconds`, and with 499 when the client leaves before. What is left unread, the HTTP server drains or cuts off.
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
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('close', onClose);
      outcome();
    };
    const onData = (chunk: Buffer): void => {
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

/** 499 is nginx' name for it; nobody is there to read it but the log. */
const clientLeft = (): Failure =>
  new Failure('client_closed_request', 'The client closed the connection before its request was whole.', {
    status: 499,
  });
