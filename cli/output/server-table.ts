import { conditionOf } from '../../crds/condition-of.ts';
import { formatProblem } from '../../crds/problem.ts';
import type { ServerView, ServerViews } from '../places/place.ts';
import { age } from './age.ts';
import { colourOf } from './colour.ts';
import { harmless } from './harmless.ts';
import { indented } from './indented.ts';
import { table } from './table.ts';

interface Columns {
  readonly wide?: boolean;
  /** With the namespace of each server in front. */
  readonly namespaces?: boolean;
  /** Whether it is a gateway, where who asks may see none and can apply none. */
  readonly atGateway?: boolean;
  /** ms since the epoch. */
  readonly now?: number;
}

/** The columns of `kubectl get mcpservers`, and below them why something is not ready or not valid. */
export function serverTable({ servers, problems }: ServerViews, columns: Columns = {}): string {
  if (servers.length + problems.length === 0)
    return columns.atGateway
      ? 'No servers that you may see.\n'
      : 'No servers. Apply a manifest: `mooring new server NAME` writes one.\n';
  const heading = ['NAME', 'READY', 'REASON', 'TOOLS', 'URL', 'AGE', ...(columns.wide ? ['SOURCE', 'SCOPES'] : [])];
  const sorted = [...servers].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const withNamespace = (cells: string[], namespace: string): string[] =>
    columns.namespaces ? [namespace, ...cells] : cells;
  const rows = sorted.map((server) => withNamespace(row(server, columns), server.metadata.namespace ?? ''));
  return [
    ...(servers.length > 0 ? [table([withNamespace(heading, 'NAMESPACE'), ...rows])] : []),
    ...sorted.flatMap((server) => whyNotReady(server, columns)),
    ...(problems.length > 0 ? ['\nNot applied; what was valid before serves on:\n'] : []),
    ...problems.map((problem) => `${formatProblem(problem)}\n`),
  ].join('');
}

const nameOf = ({ metadata }: Pick<ServerView, 'metadata'>): string => `${metadata.namespace}/${metadata.name}`;

function row(server: ServerView, { wide = false, now = Date.now() }: Columns): string[] {
  const { metadata, spec, status } = server;
  const ready = conditionOf(status, 'Ready');
  const { creationTimestamp: created } = metadata;
  return [
    metadata.name,
    colourOf(ready?.status ?? 'Unknown', ready?.status ?? 'Unknown'),
    ready?.reason ?? 'Pending',
    (status?.toolCount ?? status?.tools?.length)?.toString() ?? '-',
    status?.url ?? '-',
    created === undefined ? '-' : age(now - Date.parse(created)),
    ...(wide ? [sourceOf(server), scopesOf(spec.oauth)] : []),
  ];
}

/** Where a server comes from, in a word or two; `-` where the place does not tell. Of a manifest for both, a laptop runs the binary and a cluster the image. */
export function sourceOf({ spec, origin }: ServerView): string {
  const { image, binary, args, package: named, remote } = spec;
  const isOnLaptop = origin !== undefined;
  if (image !== undefined && !(isOnLaptop && binary !== undefined)) return image;
  if (binary !== undefined) return [binary, ...(args ?? [])].join(' ');
  if (named) return `${named.registry}:${named.name}@${named.version}`;
  return remote?.url ?? '-';
}

const scopesOf = (oauth: ServerView['spec']['oauth']): string =>
  oauth?.required === false ? 'open' : (oauth?.scopes?.join(' ') ?? '') || '-';

function whyNotReady({ metadata, status }: ServerView, { namespaces }: Columns): string[] {
  const ready = conditionOf(status, 'Ready');
  if (!ready || ready.status === 'True') return [];
  const [first = '', ...more] = harmless(ready.message).split('\n');
  return [
    `\n${namespaces ? nameOf({ metadata }) : metadata.name}: ${first}\n`,
    ...more.map((line) => indented(`${line}\n`)),
  ];
}
