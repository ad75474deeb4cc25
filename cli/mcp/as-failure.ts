import { ProtocolError, SdkError, SdkErrorCode, UrlElicitationRequiredError } from '@modelcontextprotocol/client';
import { Failure } from '../../core/failure.ts';
import { pageToOpen } from '../elicitation/page-to-open.ts';
import { oneLine } from '../output/harmless.ts';
import { connectionLost } from './answer-stream.ts';
import { ANSWER_LOST } from './watch-transport.ts';

/** Characters of what a server says of an error. */
const MAX_MESSAGE = 1000;

const MAX_CAUSES = 8;

export const isTimeout = (error: unknown): boolean =>
  error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;

/**
 * The Failure behind what the SDK throws, or one that says the same in words with a next step. What is no error of a
 * conversation stays. `brokenBy`: why an answer broke off, where that is known.
 */
export function asFailure(error: unknown, brokenBy?: Failure): unknown {
  const own = failureBehind(error);
  if (own) return own;
  if (error instanceof UrlElicitationRequiredError) return pagesFirst(error);
  if (error instanceof ProtocolError) {
    if (error.message.includes(ANSWER_LOST)) return brokenBy ?? connectionLost();
    return new Failure('server_error', `The server answered with an error: ${textOf(error)} (JSON-RPC ${error.code})`);
  }
  if (isTimeout(error)) {
    return new Failure('timeout', 'The server did not answer in time. `mooring logs NAME` shows what it is doing.');
  }
  if (error instanceof SdkError) return notMcp(textOf(error));
  return isUnreadable(error) ? notMcp('its answer is no JSON-RPC') : error;
}

const notMcp = (why: string): Failure =>
  new Failure(
    'not_mcp',
    `The server does not keep to MCP: ${why}. \`mooring validate NAME\` shows what is wrong with it.`,
  );

/** What the transport throws for text that is no JSON, and for JSON that is no message. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && /^\$?ZodError$/.test(error.name));

/** The SDK wraps what our fetch throws while it asks for the era. */
function failureBehind(error: unknown): Failure | undefined {
  let next = error;
  for (let depth = 0; depth < MAX_CAUSES && next instanceof Error; depth++) {
    if (next instanceof Failure) return next;
    next = next.cause;
  }
  return undefined;
}

/** The server wants the person to have opened pages before it is called (MCP 2025-11-25, elicitation, URL mode). */
function pagesFirst({ elicitations }: UrlElicitationRequiredError): Failure {
  const pages = elicitations.map(({ url, message }) => {
    const page = pageToOpen(url);
    const where = 'problem' in page ? `a page that ${page.problem}` : page.url;
    return `${where} (${oneLine(message, MAX_MESSAGE)})`;
  });
  return new Failure(
    'page_first',
    `The server asks you to open a page first, then call again: ${pages.join('; ')}. Open it only if you know the site.`,
  );
}

const textOf = ({ message }: Error): string => oneLine(message, MAX_MESSAGE).replace(/\.$/, '');
