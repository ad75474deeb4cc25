import { printable } from '../../../crds/problem.ts';
import { foreignText } from '../../../operator/foreign-text.ts';
import { ProbeFailure } from '../../../operator/mcp/probe-failure.ts';
import { commandFor } from '../../places/command-for.ts';
import { converse, type Talk } from '../facts/converse.ts';
import { endpointOf } from '../facts/public-urls.ts';
import type { Check } from '../check.ts';
import { broken, type Break, type Verdict } from '../link.ts';
import type { Subject } from '../subject.ts';

/** The server answers MCP through all of it. Nothing is called unless that is asked for. */
export const call: Check = async (subject, signal) => {
  const url = endpointOf(subject.server);
  if (url === '') return undefined;
  const chosen = await subject.token();
  let talk: Talk | undefined;
  try {
    talk = await converse(url, chosen.kind === 'token' ? chosen.token : undefined, signal);
    return await tried(subject, talk);
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    return noAnswer(subject, error);
  } finally {
    await talk?.close();
  }
};

async function tried(subject: Subject, talk: Talk): Promise<Verdict> {
  const { tool: wanted, call: mayCall } = subject.wanted;
  const tools = await talk.tools();
  if (wanted === undefined) return { detail: `answers, with ${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}` };
  const tool = tools.find(({ name }) => name === wanted);
  if (!tool) {
    const names = tools.map(({ name }) => printable(name)).join(', ');
    const message = `Through the gateway the server shows no tool "${printable(wanted)}"; it shows ${names || 'none'}.`;
    return broken('ToolMissing', message, `\`${commandFor(subject, 'tools')}\` lists its tools.`);
  }
  if (!mayCall) return { detail: `shows the tool ${printable(wanted)}; it was not called` };
  if (tool.required.length > 0) {
    const names = tool.required.map(printable).join(', ');
    return { detail: `shows the tool ${printable(wanted)}; it was not called, because it needs ${names}` };
  }
  const { isError, text } = await talk.call(wanted);
  const said = foreignText(text, 500);
  if (!isError) return { detail: `the tool ${printable(wanted)} answered` };
  return broken(
    'CallFailed',
    `The tool ${printable(wanted)} answers an error: ${said}`,
    `\`${commandFor(subject, 'logs')}\` shows what the server wrote.`,
  );
}

function noAnswer(subject: Subject, { message }: ProbeFailure): Break {
  const logs =
    subject.place.kind === 'gateway'
      ? 'Tell its owner.'
      : `\`${commandFor(subject, 'logs')}\` shows what the server does.`;
  if (/in time/.test(message)) {
    return broken(
      'Timeout',
      `Through the gateway no answer comes in time: ${message}.`,
      `${logs} It may hang, or need longer than its timeouts allow.`,
    );
  }
  return broken('CallFailed', `Through the gateway it does not answer MCP: ${message}.`, logs);
}
