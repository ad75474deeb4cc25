import type { Cause } from '../cause.ts';
import type { Ending } from './child-process.ts';

/** As many ends in a row, without an answer in between, are no accident any more. */
const LOOP = 3;

/** Why a server is down: how its process ended, what comes next, and its last lines. */
export function exitCause(ending: Ending, failures: number, nextStartAt: Date | undefined, logPath: string): Cause {
  const { output } = ending;
  const next = nextStartAt ? `It is started again at ${nextStartAt.toISOString()}.` : 'It is started again at once.';
  const said = output === '' ? 'It wrote nothing.' : `Its last output (all of it is in ${logPath}):\n${output}`;
  const hint = /EADDRINUSE|address already in use/i.test(output)
    ? ' The port that it chose is taken: it must listen on the port in its variable PORT, or get it by $(PORT) in spec.args. ' +
      'Where it insists on one port and the copy before this edit holds it: set spec.enabled to false, then to true again.'
    : '';
  const looping = failures >= LOOP;
  return {
    reason: looping ? 'CrashLooping' : 'ProcessExited',
    message: `${howItEnded(ending, failures)}${hint} ${next} ${said}`,
    stalled: looping,
  };
}

/** One sentence; `failures`: how many ends there were in a row with this one. */
export function howItEnded({ code, signal, error }: Ending, failures = 1): string {
  // The code alone: Node's message may repeat arguments and variables.
  if (error) return `It could not be started (${error.code ?? error.name}).`;
  return `It ended ${signal ? `by ${signal}` : `with exit code ${code}`}${failures > 1 ? `, ${failures} times in a row` : ''}.`;
}
