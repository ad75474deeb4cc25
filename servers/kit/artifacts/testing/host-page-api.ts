/** What a host says of itself (MCP Apps, "Host Context"), as far as tests do. */
export interface TestContext {
  readonly theme?: 'light' | 'dark';
  readonly styles?: { readonly variables: Readonly<Record<string, string>> };
}

/** What tests do with the page: the least that a client does to show an app, with the official bridge. */
export interface HostPage {
  /** Loads the app anew and gives it this result, when it has said that it is ready. */
  show(result: unknown, context: TestContext, width: number): Promise<void>;
  changeContext(context: TestContext): void;
  cancel(): Promise<void>;
  /** What the app asked to open. */
  readonly opened: string[];
  /** Heights that it said it has. */
  readonly heights: number[];
}
