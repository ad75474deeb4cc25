import { Failure } from '../../core/failure.ts';
import type { Answer } from './ask.ts';
import { oneLine } from '../output/harmless.ts';

/** What a schema of zod does; this file loads none. */
interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** The JSON of a good answer. Throws `unreachable` for a gateway in trouble, `not_a_gateway` for what is something else: any web server may be behind a URL. */
export function readJson<T>(answer: Answer, schema: Schema<T>): T {
  const { url, status, text } = answer;
  const parsed = status === 200 ? schema.safeParse(parse(text)) : undefined;
  if (parsed?.success) return parsed.data;
  if (status >= 500 || status === 429) {
    const { description } = refusalOf(answer);
    throw new Failure('unreachable', `${url.origin} cannot answer at the moment: ${description} Try again in a while.`);
  }
  throw new Failure(
    'not_a_gateway',
    `${url.origin} does not answer like a gateway of Mooring (${status} for ${url.pathname}). Check the URL.`,
  );
}

/** The error of an answer in the form of RFC 6749 section 5.2, which every refusal of Mooring has. */
export function refusalOf({ text, status }: Answer): { readonly error: string; readonly description: string } {
  const body = parse(text);
  const member = (name: string): string | undefined => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? oneLine(value, MAX_LINE) : undefined;
  };
  return { error: member('error') ?? '', description: member('error_description') ?? `status ${status}.` };
}

/** Characters of an explanation: two sentences. */
const MAX_LINE = 300;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
