import { INTERNAL_ERROR, type StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** The message of the error that stands for an answer which never came; no server sends it by chance. */
export const ANSWER_LOST = 'mooring: the stream of the answer ended without it';

/**
 * Two things that the SDK does not look after. A request whose stream ends without an answer is answered with an error (ANSWER_LOST): it
 * would wait for ever. And notifications are kept account of; returns how to wait for those that are on their way.
 */
export function watchTransport(transport: StreamableHTTPClientTransport): () => Promise<unknown> {
  const notifications = new Set<Promise<void>>();
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    if (Array.isArray(message) || !('method' in message)) return send(message, options);
    if ('id' in message) {
      const { id } = message;
      const onRequestStreamEnd = (): void => {
        options?.onRequestStreamEnd?.();
        // Where the answer did come, nobody waits for another.
        transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message: ANSWER_LOST } });
      };
      return send(message, { ...options, onRequestStreamEnd });
    }
    const sent = send(message, options);
    notifications.add(sent);
    return sent.finally(() => notifications.delete(sent));
  };
  return async () => Promise.allSettled(notifications);
}
