import { age } from '../output/age.ts';
import { colour } from '../output/colour.ts';
import { oneLine } from '../output/harmless.ts';
import { plain } from '../output/plain.ts';
import type { RunEnd } from '../places/server-runs.ts';
import type { ServerStatus } from './server-status.ts';

/** Why a server is not ready, since when, and how it ended last, where its message does not say that already. */
export function whyNotReady(
  { name, namespace, reason, since, message, runs = [] }: ServerStatus,
  { namespaces, now }: { readonly namespaces: boolean; readonly now: number },
): string {
  const called = namespaces ? `${namespace}/${name}` : name;
  const time = since === undefined ? '' : ` for ${age(now - Date.parse(since))}`;
  return [
    `\n${colour('bold', oneLine(called))}: not ready${time}, ${oneLine(reason)}\n`,
    indented(message ?? 'The operator has not looked at it yet.'),
    ...lastEnds(runs.flatMap(({ lastEnd }) => lastEnd ?? [])).map((end) => indented(told(end, message ?? '', now))),
  ].join('');
}

/** The newest alone: several pods mostly end alike. */
const lastEnds = (ends: readonly RunEnd[]): readonly RunEnd[] =>
  ends.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, 1);

function told({ at, message, output }: RunEnd, known: string, now: number): string {
  const isKnown = output === undefined || known.includes(output);
  return `Last end ${age(now - Date.parse(at))} ago: ${message}${isKnown ? '' : ` Its last output:\n${output}`}`;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${plain(line)}\n`)
    .join('');
