import { existsSync } from 'node:fs';
import { ToolFailure, type ToolContext } from '../../kit/index.ts';
import { FOLDER, mooringRules, type Place } from '../commands/mooring-rules.ts';
import type { ParsedCommand } from '../commands/parse-command.ts';
import { rebuildArguments } from '../commands/rebuild-arguments.ts';
import type { CommandRules } from '../commands/rule.ts';
import type { Program } from '../runs/run-program.ts';
import { PROGRAM_ENV } from '../settings.ts';
import type { SystempromptServices } from '../systemprompt-services.ts';

export interface AllowedProgram {
  readonly rules: CommandRules;
  /** What is run for a command that fits the rules. Throws `ToolFailure` where it cannot be run here. */
  readonly start: (command: ParsedCommand) => Program;
}

type Context = Pick<ToolContext<SystempromptServices>, 'identityToken' | 'settings' | 'mooring'>;

/** The program of this name. Throws `ToolFailure`, naming those there are. */
export function programFor(name: string, context: Context): AllowedProgram {
  if (name === 'mooring') return theCommandLine(context);
  const { programs } = context.settings;
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!program) {
    const others = Object.entries(programs).map(([known, { description }]) => `${known} (${description})`);
    throw new ToolFailure(
      `The programs here are: ${['mooring', ...others].join(', ')}. Others are allowed by SYSTEMPROMPT_PROGRAMS.`,
    );
  }
  const { path, args, rules } = program;
  return {
    rules,
    start: (command) => ({ command: path, args: [...args, ...rebuildArguments(command)], env: PROGRAM_ENV }),
  };
}

/** `mooring`, as the caller: it is handed their identity and their words, and acts for nobody without one. */
function theCommandLine({ settings, mooring, identityToken }: Context): AllowedProgram {
  const { place, placeEnv, folder } = settings;
  const [command, ...first] = mooring;
  return {
    rules: mooringRules(place),
    start: (parsed) => {
      refuseOnCluster(place, parsed.name);
      return {
        command,
        args: first,
        env: { ...PROGRAM_ENV, ...placeEnv, NO_COLOR: '1', MOORING_CALLER_FD: '3' },
        // Not as words of the process, which others on the machine see: see cli/caller/handed-over.ts.
        handedOver: JSON.stringify({
          identity: identityToken?.() ?? '',
          args: rebuildArguments(withFolder(parsed, folder)),
        }),
      };
    },
  };
}

/** Where Kubernetes puts the token of a pod's ServiceAccount. */
const ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

function refuseOnCluster(place: Place, command: string): void {
  if (place !== 'cluster') return;
  if (!existsSync(ACCOUNT_TOKEN))
    throw new ToolFailure(
      'This systemprompt has no ServiceAccount token and so sees no servers: the one that the chart brings has. Until then use `kubectl mooring` in a terminal. Other programs of its configuration work.',
    );
  if (command === 'logs')
    throw new ToolFailure(
      'On a cluster systemprompt sees McpServers only, no pods and so no logs: use `kubectl mooring logs NAME` in a terminal. status, show and doctor tell here why a server does not work.',
    );
}

/** The word `folder` becomes the path of the configuration. */
function withFolder(command: ParsedCommand, folder: string | undefined): ParsedCommand {
  if (command.name !== 'sync') return command;
  if (folder === undefined)
    throw new ToolFailure('There is no folder to sync with here: whoever runs this Mooring sets SYSTEMPROMPT_FOLDER.');
  const flags = command.flags.map(
    ([name, value]) => [name, (name === '--from' || name === '--to') && value === FOLDER ? folder : value] as const,
  );
  return { ...command, flags };
}
