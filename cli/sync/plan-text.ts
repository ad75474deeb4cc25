import { colour } from '../output/colour.ts';
import type { FieldChange } from './field-changes.ts';
import type { ServerResult } from './sync-result.ts';

/** Changes of one server that are told to people; `-o json` has all. */
const MAX_CHANGES = 20;

/** A plan, or what became of it, in words. What is equal is only counted. */
export function planText(servers: readonly ServerResult[]): string {
  const told = servers
    .filter(({ action, reason }) => action !== 'unchanged' && reason !== 'only_there')
    .map(serverText);
  return [...told, onlyThere(servers)].join('');
}

const MARKS = {
  create: ['+', 'green'],
  change: ['~', 'yellow'],
  delete: ['-', 'red'],
  conflict: ['!', 'red'],
  left: ['=', 'dim'],
  unchanged: [' ', 'dim'],
} as const;

function serverText({ namespace, name, action, message, warning, changes }: ServerResult): string {
  const [mark, style] = MARKS[action];
  const why = message === undefined ? '' : `: ${message}`;
  const lines = changes.slice(0, MAX_CHANGES).map((change) => `      ${changeText(change)}\n`);
  const more = changes.length - MAX_CHANGES;
  return [
    `${colour(style, `${mark} ${action}`)} ${namespace}/${name}${why}\n`,
    ...lines,
    ...(more > 0 ? [`      … and ${more} more\n`] : []),
    ...(warning === undefined ? [] : [`      note: it ${warning}\n`]),
  ].join('');
}

const changeText = ({ path, from, to }: FieldChange): string => `${path}: ${from ?? '(absent)'} → ${to ?? '(absent)'}`;

/** A cluster may have many that are nobody's business here. */
function onlyThere(servers: readonly ServerResult[]): string {
  const found = servers.filter(({ reason }) => reason === 'only_there');
  const [first] = found;
  if (!first) return '';
  const names = found.slice(0, MAX_CHANGES).map(({ namespace, name }) => `${namespace}/${name}`);
  const more = found.length > names.length ? ` and ${found.length - names.length} more` : '';
  return `${colour('dim', '= left')} ${first.message}: ${names.join(', ')}${more}\n`;
}

const DONE = { create: 'created', change: 'changed', delete: 'deleted' } as const;
const PLANNED = {
  create: 'to create',
  change: 'to change',
  delete: 'to delete',
  unchanged: 'unchanged',
  conflict: 'in conflict',
  left: 'left',
} as const;

/** `1 created, 2 unchanged`; what is planned, or was not reached, is `1 to create`. */
export function countsText(servers: readonly ServerResult[]): string {
  const counts = new Map<string, number>();
  for (const server of servers) counts.set(wordOf(server), (counts.get(wordOf(server)) ?? 0) + 1);
  const words = [...Object.values(DONE), ...Object.values(PLANNED)].filter((word) => counts.has(word));
  return words.map((word) => `${counts.get(word)} ${word}`).join(', ') || 'nothing on either side';
}

function wordOf({ action, done }: ServerResult): string {
  const isWrite = action === 'create' || action === 'change' || action === 'delete';
  return done && isWrite ? DONE[action] : PLANNED[action];
}
