import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createLog } from './log.ts';

/** Ends what Mooring started when Mooring itself ends without a chance to do so (SIGKILL, out of memory, crash). */
export interface ProcessGuard {
  /** Registers a running process: at the end it gets `signal`, and SIGKILL when it stays. With `group`, its whole process group does. */
  protect(pid: number, how: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly group: boolean }): void;
  /** Call it as soon as the process has ended: the system gives its id to another one later. */
  release(pid: number): void;
  /**
   * Registers an entry `NAME=value` of environments: at the end every process that was started with exactly it gets SIGKILL, after
   * the registered ones. It reaches what left its group (setsid(2)); where there is no /proc, as on macOS, it does nothing.
   */
  protectMarked(entry: string): void;
  /** Registers a folder (absolute path) that is deleted at the end, after the processes. */
  removeAtEnd(folder: string): void;
  /** Ends what is still registered, as at the end of Mooring; resolves when that is done. */
  stop(): Promise<void>;
}

/** A server has its usual few seconds, and PostgreSQL writes out at most its 16 MB of buffers. */
const GRACE_SECONDS = 5;

/** A guard that ended sooner than this cannot run here; starting it again would only spin. */
const SHORTEST_LIFE_MS = 1000;

/**
 * The guard is a shell, ~1 MB: it keeps a list and acts on end-of-file. It ignores signals, because only the end of Mooring
 * may end it. An entry of the list is `target,SIGNAL`; the target is a process id, with a minus for its group (kill(2)).
 * Who carries the mark is looked up at once, since a Mooring that starts meanwhile gives its servers the same, and again
 * before the kill, since an id may be somebody else's by then.
 */
const script = (graceSeconds: number): string => `
trap '' HUP INT TERM
with_mark() { grep -lzxF -e "$mark" -- "$@"; }
list=
mark=
while IFS= read -r line; do
  argument=\${line#* }
  case $line in
    'protect '*) list="$list $argument" ;;
    'release '*)
      kept=
      for entry in $list; do
        case $entry in "$argument,"* | "-$argument,"*) ;; *) kept="$kept $entry" ;; esac
      done
      list=$kept ;;
    'mark '*) mark=$argument ;;
    'remove '*) set -- "$@" "$argument" ;;
  esac
done
marked=
[ -z "$mark" ] || marked=$(with_mark /proc/[0-9]*/environ)
for entry in $list; do kill -s "\${entry#*,}" -- "\${entry%,*}"; done
tenths=0
while [ $tenths -lt ${graceSeconds * 10} ]; do
  left=
  for entry in $list; do kill -s 0 -- "\${entry%,*}" && left="$left $entry"; done
  list=$left
  [ -n "$list" ] || break
  sleep 0.1 || sleep 1
  tenths=$((tenths + 1))
done
for entry in $list; do kill -s KILL -- "\${entry%,*}"; done
[ -z "$marked" ] || for file in $(with_mark $marked); do
  file=\${file#/proc/}
  kill -s KILL "\${file%/environ}"
done
for folder in "$@"; do rm -rf -- "$folder"; done
`;

export interface ProcessGuardOptions {
  readonly graceSeconds?: number;
  /** Called when the guard is gone and none takes over: what runs would outlive a Mooring that is killed. Default: the log. */
  readonly onLost?: (why: string) => void;
  /** For tests. */
  readonly program?: string;
}

const logLoss = (why: string): void =>
  createLog('guard').error(`${why}: if Mooring is killed, its servers and its PostgreSQL run on`);

/**
 * Starts the guard; one serves everything that this process starts. It has a session of its own, so that Ctrl-C in the
 * terminal does not reach it, and it never keeps Node running.
 */
export function startProcessGuard({
  graceSeconds = GRACE_SECONDS,
  onLost = logLoss,
  program = '/bin/sh',
}: ProcessGuardOptions = {}): ProcessGuard {
  const processes = new Map<number, string>();
  const folders = new Set<string>();
  let mark = '';
  let stopping = false;
  let shell = startShell();

  function startShell() {
    const startedAt = performance.now();
    // The write end of its stdin is ours alone (close-on-exec): the system closes it when we end, however we end.
    const child = spawn(program, ['-c', script(graceSeconds), 'mooring-guard'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    });
    child.unref();
    (child.stdin as Socket).unref();
    // What there is to say about a guard that is gone, its `exit` says.
    child.stdin.on('error', () => {});
    child.on('error', (error: NodeJS.ErrnoException) => onLost(`${program} cannot be started (${error.code})`));
    // Ended by hand: the next one takes over the list.
    child.on('exit', (code, signal) => {
      if (stopping) return;
      if (performance.now() - startedAt > SHORTEST_LIFE_MS) shell = startShell();
      else onLost(`the process guard ended as soon as it was started (${signal ?? `exit code ${code}`})`);
    });
    for (const line of [...processes.values(), mark, ...folders]) child.stdin.write(line);
    return child;
  }

  return {
    protect(pid, { signal, group }) {
      const line = `protect ${group ? -pid : pid},${signal.slice('SIG'.length)}\n`;
      processes.set(pid, line);
      shell.stdin.write(line);
    },
    release(pid) {
      if (processes.delete(pid)) shell.stdin.write(`release ${pid}\n`);
    },
    protectMarked(entry) {
      mark = `mark ${entry}\n`;
      shell.stdin.write(mark);
    },
    removeAtEnd(folder) {
      const line = `remove ${folder}\n`;
      folders.add(line);
      shell.stdin.write(line);
    },
    async stop() {
      stopping = true;
      if (shell.exitCode !== null || shell.signalCode !== null) return;
      shell.ref();
      const exited = once(shell, 'exit');
      shell.stdin.end();
      await exited;
    },
  };
}
