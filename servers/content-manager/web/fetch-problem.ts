/** Why a page was not fetched or read, in words that go into the result of a tool: nothing of inner addresses. */
export class FetchProblem extends Error {
  override readonly name = 'FetchProblem';
}
