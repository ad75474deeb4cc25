import { Failure } from '../core/failure.ts';
import { EXIT } from './exit-codes.ts';

const SIGNALS = { SIGINT: 'interrupted', SIGTERM: 'terminated' } as const;

/**
 * Work that Ctrl-C ends in good order: the signal aborts with a Failure (`interrupted`, `terminated`), and whoever is asked hears of it.
 * A second Ctrl-C ends the process at once.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(new Failure(name === 'SIGTERM' ? SIGNALS.SIGTERM : SIGNALS.SIGINT, 'Stopped before it was done.'));
  };
  for (const name of Object.keys(SIGNALS)) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of Object.keys(SIGNALS)) process.off(name, onSignal);
  }
}
