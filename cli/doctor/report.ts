import { formatProblem, type Problem } from '../../crds/problem.ts';
import { colour } from '../output/colour.ts';
import { harmless } from '../output/harmless.ts';
import type { Examination, Step } from './chain.ts';
import type { Finding } from './link.ts';

/** What doctor found. Stable (`-o json`): fields are added, never renamed. */
export interface Diagnosis {
  readonly servers: readonly Examination[];
  /** What is wrong with manifests of no server, where the place reads files. */
  readonly problems: readonly Problem[];
}

/** Columns of the names of links, the longest of which has eight. */
const LINK_WIDTH = 10;

/** For people: of one server every link, of several a line each; of what is broken the cause and what to do. */
export function report({ servers, problems }: Diagnosis, { whole }: { readonly whole: boolean }): string {
  if (servers.length + problems.length === 0)
    return 'No servers. Apply a manifest: `mooring new server NAME` writes one.\n';
  const width = Math.max(...servers.map((server) => titleOf(server).length)) + 2;
  return [
    ...servers.map((server) => (whole ? chainOf(server) : lineOf(server, width))),
    ...(problems.length > 0 ? ['\nNot applied; what was valid before serves on:\n'] : []),
    ...problems.map((problem) => `${formatProblem(problem)}\n`),
  ].join('');
}

const titleOf = ({ name, namespace }: Examination): string => (namespace === undefined ? name : `${namespace}/${name}`);

function chainOf(server: Examination): string {
  const steps = server.links.map(({ ok, link, detail }: Step) =>
    ok
      ? `  ${mark(ok)} ${link.padEnd(LINK_WIDTH)}${safe(detail)}\n`
      : `  ${mark(ok)} ${link.padEnd(LINK_WIDTH)}${colour('red', server.finding?.cause ?? '')}\n`,
  );
  return `${colour('bold', titleOf(server))}\n${steps.join('')}${server.finding ? remedy(server.finding, LINK_WIDTH + 4) : ''}`;
}

function lineOf(server: Examination, width: number): string {
  const { ok, links, finding } = server;
  if (ok && finding) return `- ${titleOf(server).padEnd(width)}disabled (spec.enabled: false)\n`;
  const end = finding ? `${finding.link}: ${colour('red', finding.cause)}` : safe(links.at(-1)?.detail ?? '');
  return `${mark(ok)} ${titleOf(server).padEnd(width)}${end}\n${finding ? remedy(finding, 4) : ''}`;
}

const remedy = ({ message, fix }: Finding, indent: number): string =>
  `${safe(message)}\n${colour('bold', 'Fix:')} ${safe(fix)}\n`.replaceAll(/^(?=.)/gm, ' '.repeat(indent));

/** The words of conditions come from servers, registries and clusters of strangers. */
const safe = (text: string): string => text.split('\n').map(harmless).join('\n');

const mark = (ok: boolean): string => (ok ? colour('green', '✓') : colour('red', '✗'));
