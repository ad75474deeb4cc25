import { Command } from 'commander';
import { COMMAND_GROUPS } from './commands/commands.ts';
import { COMPLETE } from './commands/complete.ts';
import { EXIT } from './exit-codes.ts';
import { packageVersion } from './package-folder.ts';
import { aboutPlace } from './places/needed-place.ts';

/** The command line with the one command that `argv` (without node and script) begins with, or with all of them. Only `wanted` is loaded. */
export async function createProgram(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Command> {
  const program = new Command(env['MOORING_COMMAND_NAME'] ?? 'mooring')
    .description('One McpServer manifest in, one safe public MCP endpoint out.')
    .version(packageVersion(), '-V, --version')
    .showHelpAfterError('(mooring --help lists the commands)')
    .configureHelp({ sortSubcommands: true })
    .configureOutput({ outputError: (text, write) => write(aboutPlace(text, argv[0] ?? '')) })
    .addHelpText('after', HELP)
    // Subcommands inherit it: usage errors end with a code of their own.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage));
  const [first = ''] = argv;
  const isOne = first !== COMPLETE && Object.values(COMMAND_GROUPS).some((group) => Object.hasOwn(group, first));
  for (const [title, group] of Object.entries(COMMAND_GROUPS)) {
    program.commandsGroup(`${title}:`);
    for (const [name, load] of Object.entries(group)) if (!isOne || name === first) (await load())(program);
  }
  return program;
}

const HELP = `
Where: commands ask the \`mooring up\` of this machine, else the cluster of your kubeconfig file. --home, -n/-A/--context and
--gateway choose; so does MOORING_PLACE (laptop, cluster, or the URL of a gateway).
Exit codes: 0 done, 1 it met or found a failure, 2 it was called wrongly, 3 the place could not be asked.`;
