import type { CallContext } from './call-context.ts';

/** What a page asks a person for: one text that must not pass through a model. */
export interface PageForm {
  readonly title: string;
  /** What will become of it. */
  readonly text: string;
  /** Above the field. */
  readonly label: string;
  /** On the button. */
  readonly submit: string;
  /** Characters. */
  readonly maxLength: number;
}

/**
 * A page on which a signed-in person types something for this server, at `<public URL>/api/v1/mcp/<server>/pages/<name>/<id>`. The
 * gateway signs the person in and draws the page from this description, so that no HTML of a server is shown on its origin; what is
 * typed reaches `submit` and is kept nowhere in between. Whoever opens it has no scopes: `id` and the caller's subject decide.
 */
export interface Page<Services = object> {
  /** In the URL: lower-case letters, digits and `-`. */
  readonly name: string;
  /** Undefined where this person has nothing to type there (any more): they see that the page is gone. */
  readonly describe: (id: string, context: CallContext & Services) => Promise<PageForm | undefined>;
  /** Takes what was typed: answers what the person reads then, or undefined where it came too late. Throws `ToolFailure` for what they can correct. */
  readonly submit: (id: string, value: string, context: CallContext & Services) => Promise<string | undefined>;
}

/** The URL of a page of this server; `env` is that which Mooring gives (MOORING_PUBLIC_URL, MOORING_SERVER). */
export function pageUrl(env: NodeJS.ProcessEnv, page: string, id: string): string {
  const name = env['MOORING_SERVER']?.split('/')[1] ?? '';
  return `${env['MOORING_PUBLIC_URL'] ?? ''}/api/v1/mcp/${name}/pages/${page}/${id}`;
}

export const definePage = <Services = object>(page: Page<Services>): Page<Services> => Object.freeze({ ...page });
