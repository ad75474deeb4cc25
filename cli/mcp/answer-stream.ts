import { Failure } from '../../core/failure.ts';

/** Bytes of one answer, an event stream included: pictures and long texts, and no more than a person's machine has room for. */
const MAX_BYTES = 64 * 1024 ** 2;

/** What an answer has in it, as it comes. It fails with a Failure (`answer_too_large`, `connection_lost`), which `onFailure` hears as well. */
export async function* answerStream(
  body: AsyncIterable<Uint8Array>,
  onFailure: (failure: Failure) => void,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > MAX_BYTES) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    const failure = error instanceof Failure ? error : connectionLost(error);
    onFailure(failure);
    throw failure;
  }
}

/** The answer ended before it was whole. */
export const connectionLost = (cause?: unknown): Failure =>
  new Failure(
    'connection_lost',
    'The connection ended before the answer came. The server may have done what it was asked: look before you call again.',
    { ...(cause !== undefined && { detail: { cause: (cause as Error).message } }) },
  );

const tooLarge = (): Failure =>
  new Failure('answer_too_large', 'The server answers with more than 64 MiB. Ask it for less at a time.');
