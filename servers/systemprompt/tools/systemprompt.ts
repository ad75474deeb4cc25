import { defineArtifactTool, ToolFailure, type ArtifactType, z, type ToolContext } from '../../kit/index.ts';
import { maskCredentials } from '../../../core/mask-credentials.ts';
import { parseCommand } from '../commands/parse-command.ts';
import { outputArtifact } from '../output/output-artifact.ts';
import { programFor } from '../programs/program-for.ts';
import { runProgram, type Excess, type RunLimits } from '../runs/run-program.ts';
import type { SystempromptServices } from '../systemprompt-services.ts';

/** Of `mooring`: it was called wrongly, and its place could not be asked. What else it ends with is part of its answer. */
const NO_ANSWER: ReadonlySet<number | undefined> = new Set([2, 3, undefined]);

/** Characters of what a program says beside its output. */
const NOTES = 4000;

const definition = {
  description:
    'Runs a command of `mooring`, the command line of this platform, as the person who calls, and shows its output. `args` are its words, one an entry, ' +
    'without a shell: ["list","-o","json"], ["status"], ["show","NAME"], ["tools","NAME"], ["logs","NAME","--tail","100"], ["doctor"], ' +
    '["validate","NAME"], ["call","NAME","TOOL","-a","city=Bern"]; with the scope admin also ["enable","NAME"], ["disable","NAME"] and ' +
    '["sync","--from","folder","--to","local","--dry-run"], where `folder` is the one of the configuration (`cluster` instead of `local` on a cluster). ' +
    'Use it to see what servers there are, why one does not work, and to call their tools. Answers an artifact (`-o json` of list, status and tools gives a table) ' +
    'and the exit code: 1 says that the command found or met a failure. A command has 60 s and 1 MiB. It never calls systemprompt itself.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  actsForCaller: true,
  types: ['table', 'json', 'log', 'diff', 'code'] satisfies ArtifactType[],
  input: z.strictObject({
    program: z
      .string()
      .max(63)
      .default('mooring')
      .describe('Another program of the configuration, by its name. A wrong one is answered with those there are.'),
    args: z
      .array(z.string().max(64 * 1024))
      .max(128)
      .describe('The words of the command, the first of which names it.'),
  }),
  output: z.object({
    exitCode: z.int().describe('0: done; 1: it found or met a failure.'),
    notes: z.string().optional().describe('What it said beside its output.'),
  }),
  handler: async (
    { program, args }: { program: string; args: string[] },
    context: ToolContext<SystempromptServices>,
  ) => {
    const { identity, guard, limits, signal, slots } = context;
    const allowed = programFor(program, context);
    const command = parseCommand(args, allowed.rules, program);
    const missing = command.rule.scopes.filter((scope) => !identity.scopes.includes(scope));
    if (missing.length > 0)
      throw new ToolFailure(
        `${program} ${command.name} needs the scope ${missing.join(', ')}, which the user does not have here: use the tool systemprompt_admin, so that they are asked for it.`,
      );
    const start = allowed.start(command);
    const ran = await slots(identity.subject ?? '', async () => runProgram(start, { limits, guard, signal }));
    if (ran.excess !== undefined) throw new ToolFailure(excessMessage(ran.excess, limits));
    const notes = maskCredentials(ran.stderr).trim().slice(0, NOTES);
    const { code = -1, stdout } = ran;
    if (NO_ANSWER.has(ran.code) || (code !== 0 && stdout === ''))
      throw new ToolFailure(notes === '' ? `${program} ${command.name} ended with ${code}.` : notes);
    const artifact = outputArtifact({ program, command, text: stdout });
    // What another server answers is that server's to keep: it may be a secret (get_secrets), which is nowhere in clear.
    const keep = program !== 'mooring' || command.name !== 'call';
    return { artifact, keep, exitCode: code, ...(notes !== '' && { notes }) };
  },
};

export const systemprompt = defineArtifactTool({
  ...definition,
  name: 'systemprompt',
  title: 'Run a platform command',
  scopes: ['user'],
});

/** The same for who has `admin`: a client that calls it without is told by the gateway to ask the user for more (MCP, "Scope Challenge Handling"). */
export const systempromptAdmin = defineArtifactTool({
  ...definition,
  name: 'systemprompt_admin',
  title: 'Run a platform command as administrator',
  description: `As systemprompt, for the commands that need the scope admin: enable, disable and sync. ${definition.description}`,
  scopes: ['admin'],
});

function excessMessage(excess: Excess, { time, output, processes }: RunLimits): string {
  switch (excess) {
    case 'time':
      return `It had not ended after ${time / 1000} s and was stopped with all that it had started.`;
    case 'output':
      return `It wrote more than ${output / 1024} KiB and was stopped. Ask for less: one server, or fewer lines.`;
    case 'processes':
      return `It started more than ${processes} processes and was stopped with all of them.`;
    case 'cancelled':
      return 'It was cancelled and stopped.';
    default:
      return excess satisfies never;
  }
}
