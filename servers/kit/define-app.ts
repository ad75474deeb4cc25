/**
 * A page that a client shows with the results of tools, in a frame of its own (MCP Apps 2026-01-26). It reaches no network:
 * everything is in the one document, and no domain can be named.
 */
export interface App {
  /** `ui://<server>/<name>` is its URI; tools name it in `ui.app`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models. */
  readonly description: string;
  /** The whole document, read when somebody wants it. */
  readonly html: () => Promise<string>;
  /** Whether the client draws a border and a background. Default: false, the page does. */
  readonly prefersBorder?: boolean;
}

/** Defines an app. */
export const defineApp = (definition: App): App => Object.freeze({ ...definition });
