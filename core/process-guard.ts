import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** Ends what Mooring started when Mooring itself ends without a chance to do so (SIGKILL, out of memory, crash). */
export interface ProcessGuard {
  /** Registers a running process: at the end it gets `signal`, and SIGKILL when it stays. With `group`, its whole process group does. */
  protect(pid: number, how: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly group: boolean }): void;
  /** Call it as soon as the process has ended: the system gives its id to another one later. */
  release(pid: number): void;
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
 */
const script = (graceSeconds: number): string => `
trap '' HUP INT TERM
list=
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
    'remove '*) set -- "$@" "$argument" ;;
  esac
done
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
for folder in "$@"; do rm -rf -- "$folder"; done
`;

/**
 * Starts the guard; one serves everything that this process starts. It has a session of its own, so that Ctrl-C in the
 * terminal does not reach it, and it never keeps Node running.
 */
export function startProcessGuard({ graceSeconds = GRACE_SECONDS } = {}): ProcessGuard {
  const processes = new Map<number, string>();
  const folders = new Set<string>();
  let stopping = false;
  let shell = startShell();

  function startShell() {
    const startedAt = performance.now();
    // The write end of its stdin is ours alone (close-on-exec): the system closes it when we end, however we end.
    const child = spawn('/bin/sh', ['-c', script(graceSeconds), 'mooring-guard'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    });
    child.unref();
    (child.stdin as Socket).unref();
    // What there is to say about a guard that is gone, its `exit` says.
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    // Ended by hand: the next one takes over the list.
    child.on('exit', () => {
      if (!stopping && performance.now() - startedAt > SHORTEST_LIFE_MS) shell = startShell();
    });
    for (const line of [...processes.values(), ...folders]) child.stdin.write(line);
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
