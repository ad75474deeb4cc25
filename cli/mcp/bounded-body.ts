import { Failure } from '../../core/failure.ts';

/** Passes bytes on until there are more than `maxBytes`: then the stream fails with a Failure (`answer_too_large`). */
export function boundedBody(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      controller.enqueue(chunk);
    },
  });
}

const tooLarge = (maxBytes: number): Failure =>
  new Failure(
    'answer_too_large',
    `The server answered with more than ${maxBytes / 1024 ** 2} MiB, and that is where reading ends. Ask it for less at a time.`,
  );
