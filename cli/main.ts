import { Failure } from '../core/failure.ts';
import { exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';

// `mooring list | head`: whoever read has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  const program = await createProgram(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  const { id, code, message, detail, cause } = error;
  if (detail !== undefined || cause !== undefined) {
    const { createLog } = await import('../core/log.ts');
    createLog('mooring').error({ id, code, ...detail, ...(cause !== undefined && { err: cause }) }, message);
  }
  process.stderr.write(`mooring: ${message} (${code}, ${id})\n`);
  process.exitCode = exitCodeOf(code);
}
