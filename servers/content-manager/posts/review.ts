/** A source that the text may cite. */
export interface ReviewSource {
  readonly number: number;
  /** Undefined where it is not kept any more: what is quoted from it is not compared then. */
  readonly text: string | undefined;
}

export interface ReviewJob {
  readonly body: string;
  readonly sources: readonly ReviewSource[];
}

/** An error keeps a post from being published; a warning does not. */
export interface PostProblem {
  readonly level: 'error' | 'warning';
  readonly message: string;
}

export interface Review {
  /** Markdown without what must not be in it. */
  readonly body: string;
  readonly problems: readonly PostProblem[];
  /** Numbers of the sources that it cites, ascending. */
  readonly cited: readonly number[];
  /** Addresses (http, https) that it links to, each once. */
  readonly links: readonly string[];
  readonly words: number;
  /** Text of the first paragraph. */
  readonly lead: string;
}
