import { stringify } from 'yaml';
import { age } from './age.ts';
import { colour, colourOf } from './colour.ts';
import { harmless, oneLine } from './harmless.ts';
import { indented } from './indented.ts';
import { sourceOf } from './server-table.ts';
import { table } from './table.ts';
import type { ServerView } from '../places/place.ts';

/** What a person wants to know of one server, as `kubectl describe` would tell it; the conditions last, for they are what is looked for. */
export function serverDetails(server: ServerView, now = Date.now()): string {
  return [
    facts(server, now),
    section('Manifest', specOf(server)),
    section('Tools', toolsOf(server)),
    section('Instructions', instructionsOf(server)),
    section('Conditions', conditionsOf(server)),
  ].join('');
}

const section = (title: string, text: string): string => (text === '' ? '' : `\n${colour('bold', title)}\n${text}`);

function facts({ metadata, spec, status, origin, ...rest }: ServerView, now: number): string {
  const { server } = status ?? {};
  const rows: (readonly [string, string | undefined])[] = [
    ['Name', [metadata.namespace, metadata.name].filter(Boolean).join('/')],
    ['File', origin && `${origin.file}:${origin.line}`],
    ['Title', spec.title],
    ['Description', spec.description],
    ['Source', sourceOf({ metadata, spec, origin, ...rest })],
    ['URL', status?.url],
    ['Is', server && [server.name, server.version, server.title && `(${server.title})`].filter(Boolean).join(' ')],
    ['Speaks MCP', server?.protocolVersions?.join(', ')],
    ['Resources', status?.resourceCount?.toString()],
    ['Prompts', status?.promptCount?.toString()],
    ['Age', metadata.creationTimestamp && age(now - Date.parse(metadata.creationTimestamp))],
  ];
  const known = rows.flatMap(([name, value]) => (value ? [[`${name}:`, value] as const] : []));
  return table(known);
}

/** The spec without the defaults that say nothing: empty lists and maps. */
function specOf({ spec }: ServerView): string {
  const said = Object.entries(spec).filter(([, value]) => typeof value !== 'object' || Object.keys(value).length > 0);
  return indented(harmless(stringify(Object.fromEntries(said), { aliasDuplicateObjects: false })));
}

const toolsOf = ({ status }: ServerView): string =>
  indented(table((status?.tools ?? []).map(({ name, title }) => [name, title ?? ''])));

const instructionsOf = ({ status }: ServerView): string => {
  const { instructions } = status?.server ?? {};
  return instructions ? `${indented(harmless(instructions).trim())}\n` : '';
};

const conditionsOf = ({ status }: ServerView): string =>
  indented(
    (status?.conditions ?? [])
      .map(
        ({ type, status: holds, reason, message }) =>
          `${colourOf(holds, type)}=${holds} ${reason}: ${oneLine(message)}\n`,
      )
      .join(''),
  );
