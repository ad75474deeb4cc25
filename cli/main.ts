import { Command } from 'commander';
import { Failure } from '../core/failure.ts';
import { addGateway } from './commands/gateway.ts';
import { addList } from './commands/list.ts';
import { addOperator } from './commands/operator.ts';
import { addPostgres } from './commands/postgres.ts';
import { addRotateKeys } from './commands/rotate-keys.ts';
import { addServer } from './commands/server.ts';
import { addToken } from './commands/token.ts';
import { addUp } from './commands/up.ts';
import { addValidate } from './commands/validate.ts';
import { packageVersion } from './package-folder.ts';

/** Exit codes: 0 done, 1 the command found or met a failure, 2 it was called wrongly (commander's own usage errors). */
const FAILED = 1;

const program = new Command('mooring')
  .description('One McpServer manifest in, one safe public MCP endpoint out.')
  .version(packageVersion(), '-V, --version')
  .showHelpAfterError('(mooring --help lists the commands)')
  .configureHelp({ sortSubcommands: true });

for (const add of [
  addUp,
  addGateway,
  addList,
  addValidate,
  addToken,
  addRotateKeys,
  addServer,
  addOperator,
  addPostgres,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  const { id, code, message, detail, cause } = error;
  if (detail !== undefined || cause !== undefined) {
    const { createLog } = await import('../core/log.ts');
    createLog('mooring').error({ id, code, ...detail, ...(cause !== undefined && { err: cause }) }, message);
  }
  process.stderr.write(`mooring: ${message} (${code}, ${id})\n`);
  process.exitCode = FAILED;
}
