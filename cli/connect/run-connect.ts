import { homedir } from 'node:os';
import { Failure } from '../../core/failure.ts';
import type { ConnectOptions } from '../commands/connect.ts';
import { print } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import type { Client, Machine } from './client.ts';
import { findClient } from './clients.ts';
import { configText, connection, type Connection } from './connection.ts';
import { editFile, type EditedFile } from './edit-file.ts';
import { findEndpoints } from './endpoints.ts';
import { mergeServers, type Merge } from './merge-servers.ts';

/** Prints how a client is told of servers, or writes it into the client's file. */
export async function runConnect(clientName: string, names: readonly string[], options: ConnectOptions): Promise<void> {
  const { write = false, scope, force = false, output, ...placeOptions } = options;
  const client = findClient(clientName);
  if (force && !write) throw new Failure('usage', '--force is for what --write writes.');
  const machine: Machine = { home: homedir(), cwd: process.cwd(), platform: process.platform, env: process.env };
  if (scope !== undefined && client.file(scope, machine) === undefined) {
    throw new Failure('usage', `${client.title} has no configuration for a ${scope}. Leave out --scope.`);
  }
  const servers = await inPlace(placeOptions, async (place) => findEndpoints(place, names));
  const made = connection(client, servers, scope, machine);
  const written = write ? await writeInto(client, made, force) : undefined;
  await print(output, {
    value: { ...made, ...written },
    names: servers.map(({ name }) => name),
    people: () => (written ? toldOf(written, made) : instructionsOf(client, made, scope !== 'project')),
  });
}

type Written = Omit<Merge, 'text'> & Pick<EditedFile, 'backup'> & { readonly file: string };

async function writeInto(
  client: Client,
  { file, config, instructions, commands }: Connection,
  force: boolean,
): Promise<Written> {
  if (file === undefined || config === undefined) {
    throw new Failure('nothing_to_write', `${client.title} keeps this in no file. ${instructions.join(' ')}`);
  }
  if (client.format !== 'json') {
    const how =
      commands.length > 0 ? commands.join(' && ') : 'add the lines that `mooring connect` prints without --write';
    throw new Failure('nothing_to_write', `${file} is no JSON, so it is ${client.title}’s to write: ${how}`);
  }
  let merge: Merge | undefined;
  const { path, backup } = await editFile(file, (text) => {
    merge = mergeServers(text, { file, key: client.key, entries: config[client.key] ?? {}, force });
    return merge.added.length + merge.replaced.length > 0 ? merge.text : text;
  });
  const { added = [], replaced = [], unchanged = [] } = merge ?? {};
  return { file: path, added, replaced, unchanged, ...(backup !== undefined && { backup }) };
}

function toldOf({ file, backup, added, replaced, unchanged }: Written, { instructions, next }: Connection): string {
  const did = [
    ['added', added],
    ['replaced', replaced],
    ['there already', unchanged],
  ] as const;
  return [
    `${file}\n`,
    ...did.filter(([, names]) => names.length > 0).map(([what, names]) => `  ${what}: ${names.join(', ')}\n`),
    ...(backup === undefined ? [] : [`  what it was: ${backup}\n`]),
    ...instructions.map((line) => `${line}\n`),
    `${next}\n`,
  ].join('');
}

function instructionsOf(client: Client, made: Connection, isUserScope: boolean): string {
  const { instructions, commands, file, config, next } = made;
  const parts = [
    ...(instructions.length > 0 ? [instructions.map((line) => `${line}\n`).join('')] : []),
    ...(commands.length > 0 ? [commands.map((line) => `${line}\n`).join('')] : []),
    ...(file !== undefined && config !== undefined
      ? [
          `${commands.length > 0 ? 'Or in' : 'In'} ${file}${onWindows(client, isUserScope)}:\n\n${configText(client, config)}`,
        ]
      : []),
    ...(file !== undefined || commands.length > 0 ? [`${next}\n`] : []),
  ];
  return parts.join('\n');
}

const onWindows = ({ windowsFile }: Client, isUserScope: boolean): string =>
  windowsFile !== undefined && isUserScope ? ` (Windows: ${windowsFile})` : '';
