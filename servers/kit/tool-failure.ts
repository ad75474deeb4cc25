/**
 * What a tool cannot do, in words for the model that called it: what is wrong and what to do instead. It becomes a result
 * with `isError: true`. Every other error is a bug, of which the caller sees an id and nothing else.
 */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
}
