import { Failure } from '../core/failure.ts';
import { handedOver } from './caller/handed-over.ts';
import { exitCodeOf } from './exit-codes.ts';
import { harmless } from './output/harmless.ts';
import { createProgram } from './program.ts';

/** Commands that others start and look after: what they do not expect belongs into their log. */
const SERVICES: ReadonlySet<string> = new Set(['up', 'server', 'gateway', 'operator', 'postgres']);

// `mooring list | head`: whoever read has enough. The command ends as it would have, with its own exit code and goodbyes.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const argv = process.argv.slice(2);
try {
  argv.push(...(handedOver()?.args ?? []));
  const program = await createProgram(argv);
  await program.parseAsync(argv, { from: 'user' });
} catch (error) {
  const failure = error instanceof Failure ? error : unexpected(error);
  const { id, code, message, detail, cause } = failure;
  if (detail !== undefined || cause !== undefined) {
    const { createLog } = await import('../core/log.ts');
    const level = SERVICES.has(argv[0] ?? '') ? 'error' : 'debug';
    createLog('mooring')[level]({ id, code, ...detail, ...(cause !== undefined && { err: cause }) }, message);
  }
  process.stderr.write(`mooring: ${harmless(`${message} (${code}, ${id})`)}\n`);
  process.exitCode = exitCodeOf(code);
}

/** A mistake of Mooring. Where it happened helps who mends it, and nobody else. */
function unexpected(cause: unknown): Failure {
  return new Failure(
    'internal_error',
    'Something went wrong within mooring itself. Run it again with MOORING_LOG_LEVEL=debug, and report what it tells.',
    { cause },
  );
}
