/** What the command line ends with; scripts rely on it (docs/cli.md). */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** It met or found a failure: a tool that failed, a manifest that is not valid, a broken link, differences. */
  failed: 1,
  /** It was called wrongly. */
  usage: 2,
  /** The place could not be asked: nothing runs, nothing answers, nobody is signed in. Trying again later may help. */
  unreachable: 3,
  /** Ctrl-C and SIGTERM ended it: 128 and the number of the signal, as shells have it. */
  interrupted: 130,
  terminated: 143,
} as const;

/** What was asked for cannot be had in that place, whenever it is asked. */
const USAGE: ReadonlySet<string> = new Set(['usage', 'wrong_place']);

const UNREACHABLE: ReadonlySet<string> = new Set([
  'not_running',
  'starting',
  'control_unreachable',
  'no_cluster',
  'not_installed',
  'unreachable',
  'not_signed_in',
]);

/** The exit code of a Failure, by its code. */
export function exitCodeOf(code: string): number {
  if (code === 'interrupted' || code === 'terminated') return EXIT[code];
  if (USAGE.has(code)) return EXIT.usage;
  return UNREACHABLE.has(code) ? EXIT.unreachable : EXIT.failed;
}
