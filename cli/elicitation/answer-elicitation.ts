import type { Client, ElicitRequest, ElicitResult } from '@modelcontextprotocol/client';
import { harmless, oneLine } from '../output/harmless.ts';
import { askForm } from './ask-form.ts';
import { askLines, canAsk, type AskLines } from './ask-lines.ts';
import { pageToOpen } from './page-to-open.ts';

/** Characters of what a server says to the person. */
const MAX_MESSAGE = 2000;

export interface ElicitationOptions {
  /** Name of the server, as the person called it: who asks. */
  readonly server: string;
  /** Before something is asked, what stands in the line goes away. */
  readonly beforeAsking: () => void;
}

/**
 * Lets servers ask the person in the middle of a call (MCP, elicitation, both modes): at a terminal; elsewhere every question is declined.
 * In the era of 2026-07-28 the same questions come as parts of a result, and the SDK brings them here as well.
 */
export function answerElicitation(client: Client, options: ElicitationOptions): void {
  client.registerCapabilities({ elicitation: { form: {}, url: {} } });
  // Several questions can come at once, and there is one terminal.
  let last: Promise<unknown> = Promise.resolve();
  client.setRequestHandler('elicitation/create', async ({ params }, { mcpReq: { signal } }) => {
    const answer = last.then(async () => answered(params, options, signal));
    last = answer.catch(() => {});
    return answer;
  });
}

async function answered(
  params: ElicitRequest['params'],
  { server, beforeAsking }: ElicitationOptions,
  signal: AbortSignal,
): Promise<ElicitResult> {
  beforeAsking();
  if (!canAsk()) {
    process.stderr.write(
      `note: ${server} asks: ${oneLine(params.message, MAX_MESSAGE)} (declined; to answer, call from a terminal)\n`,
    );
    return { action: 'decline' };
  }
  const terminal = askLines(signal);
  try {
    // A bar before each line: no line of the server looks like one of ours.
    const said = harmless(params.message.slice(0, MAX_MESSAGE)).replaceAll(/^/gm, '  | ');
    terminal.say(`\n${server} asks:\n${said}`);
    if (params.mode === 'url') return await consent(terminal, pageToOpen(params.url));
    terminal.say('  Passwords and keys do not belong here.');
    const action = await agreed(terminal, '  Answer?');
    return action === 'accept' ? await askForm(params, terminal) : { action };
  } finally {
    terminal.close();
  }
}

async function consent(terminal: AskLines, page: ReturnType<typeof pageToOpen>): Promise<ElicitResult> {
  if ('problem' in page) {
    terminal.say(`  Declined: the page that it wants you to open ${page.problem}.`);
    return { action: 'decline' };
  }
  terminal.say(
    `  It wants you to open a page of ${page.host}:\n  ${page.url}\n  Open it yourself, if you know the site.`,
  );
  return { action: await agreed(terminal, '  Go on?') };
}

const WORDS: Readonly<Record<string, ElicitResult['action']>> = {
  y: 'accept',
  yes: 'accept',
  n: 'decline',
  no: 'decline',
  c: 'cancel',
  cancel: 'cancel',
};

async function agreed(terminal: AskLines, question: string): Promise<ElicitResult['action']> {
  for (;;) {
    const line = await terminal.ask(`${question} (yes, no, cancel): `);
    if (line === undefined) return 'cancel';
    const action = WORDS[line.trim().toLowerCase()];
    if (action !== undefined) return action;
  }
}
