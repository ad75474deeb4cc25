import { setArgs, setClientEnv, variableOf, type Reader } from '../environment.ts';
import { namesPlace } from '../placeholders.ts';
import { note, type Draft } from '../draft.ts';
import { setContainer } from './container-command.ts';
import { setRemoteBridge } from './mcp-remote.ts';
import { packageOf, RUNNERS, type NamedPackage } from './package-runner.ts';

const CONTAINER_TOOLS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl']);

/** What a command that speaks MCP over stdio is as a McpServer: a package, an image, a remote server behind a bridge, or a program. */
export function setCommand(draft: Draft, words: readonly string[], reader: Reader = 'client'): void {
  const [command = '', ...args] = withoutWrapper(draft, words);
  const tool = toolName(command);
  draft.spec.transport = 'stdio';
  for (const arg of args.filter(namesPlace)) {
    // Only that it does: the argument may hold more.
    const field = `args[${args.indexOf(arg)}]`;
    note(draft, field, 'names a folder of the client (`${…}`): write the path that the server shall see', [
      'spec',
      'args',
    ]);
  }
  if (CONTAINER_TOOLS.has(tool) && args[0] === 'run') return setContainer(draft, args.slice(1));
  const runner = RUNNERS.find(({ begins }) => begins.every((word, index) => word === [tool, ...args][index]));
  if (!runner) return setProgram(draft, command, args, reader);
  const found = packageOf(runner, args.slice(runner.begins.length - 1));
  if (found && setRemoteBridge(draft, found)) return undefined;
  return found?.version === undefined
    ? setUnpinned(draft, [tool, ...args], found, reader)
    : setPackage(draft, { ...found, version: found.version }, reader);
}

function setPackage(draft: Draft, found: NamedPackage & { version: string }, reader: Reader): void {
  const { registry, name, version, args } = found;
  draft.spec.package = { registry, name, version };
  setArgs(draft, args, reader);
}

/** Without an exact version anything may run tomorrow, so it stays the command that it was. */
function setUnpinned(draft: Draft, words: readonly string[], found: NamedPackage | undefined, reader: Reader): void {
  const [command = '', ...args] = words;
  setProgram(draft, command, args, reader);
  const write = found
    ? `\`package: { registry: ${found.registry}, name: "${found.name}", version: … }\``
    : '`package: { registry: …, name: …, version: … }`';
  note(
    draft,
    'package',
    `\`${command}\` fetches a package without an exact version, so what runs may change any day. Find the version that you use and write ${write} instead of \`binary\``,
    ['spec', 'binary'],
  );
}

function setProgram(draft: Draft, command: string, args: readonly string[], reader: Reader): void {
  draft.spec.binary = command;
  setArgs(draft, args, reader);
}

/** `C:\node\npx.cmd` → `npx` */
const toolName = (command: string): string =>
  (command.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.(?:cmd|exe|bat|ps1)$/, '');

/** Without what only starts the real command: `cmd /c`, `env A=b`; and with `npx -y x` in one text taken apart. */
function withoutWrapper(draft: Draft, words: readonly string[]): readonly string[] {
  const [command = '', ...args] = words;
  // A path may hold spaces; a name cannot.
  if (/^[\w.@-]+\s/.test(command)) return withoutWrapper(draft, [...command.trim().split(/\s+/), ...args]);
  const tool = toolName(command);
  if (tool === 'cmd' && args[0]?.toLowerCase() === '/c' && args.length > 1) return withoutWrapper(draft, args.slice(1));
  if (tool !== 'env') return words;
  const end = args.findIndex((arg) => !/^[A-Za-z_]\w*=/.test(arg));
  if (end < 1) return words;
  setClientEnv(draft, Object.fromEntries(args.slice(0, end).map(variableOf)));
  return withoutWrapper(draft, args.slice(end));
}
