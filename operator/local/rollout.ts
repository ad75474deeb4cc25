import type { Cause } from '../cause.ts';
import type { Instance, Observation } from '../platform.ts';
import type { ProcessSpec } from '../resources/process.ts';
import type { LocalRun } from './local-run.ts';
import type { Supervisor } from './supervisor.ts';

/** What is wanted of one server: which process, and for which manifest. */
export interface Program {
  /** Qualified name. */
  readonly server: string;
  /** The same for manifests that give the same process. */
  readonly revision: string;
  readonly generation: number;
  /** The binary and its arguments, as the manifest names them. */
  readonly what: string;
  readonly port: number | undefined;
  /** Path of the file with its output. */
  readonly logPath: string;
  /** Path of the MCP endpoint. */
  readonly path: string;
  readonly launch: (port: number) => Promise<ProcessSpec | Cause>;
}

/** The processes of one server: usually one; two while an edit arrives. */
export interface Rollout {
  apply(program: Program): void;
  /** Ends what neither serves nor is wanted. */
  prune(program: Program): void;
  observe(): Observation;
  /** Every process, also those that are about to end, the oldest first. */
  runs(): readonly LocalRun[];
  admit(instances: readonly string[]): void;
  /** Ends everything; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface RolloutOptions {
  readonly start: (program: Program, after: Promise<void> | undefined) => Supervisor;
  /** Resolves when nobody uses this endpoint any more, or when the signal says that there is no time to wait. */
  readonly drained: (url: string, signal: AbortSignal) => Promise<void>;
  /** Milliseconds for a process to end in peace. */
  readonly graceMs: number;
}

interface Run {
  program: Program;
  readonly supervisor: Supervisor;
  /** The start that takes traffic. */
  admitted?: string;
}

/** For a process that never served: it has nothing to finish. */
const SHORT_GRACE_MS = 500;

/** Milliseconds until a program or a Secret that was missing is looked for again. */
const LOOK_AGAIN_MS = 1000;

/**
 * Blue and green: what serves goes on serving until its successor has answered MCP; only then traffic moves, and the predecessor is drained and
 * ended. A predecessor that serves nobody is ended first, so that its port is free again.
 */
export function openRollout({ start, drained, graceMs }: RolloutOptions): Rollout {
  const stopping = new AbortController();
  /** Until they are gone. */
  const ending = new Map<Run, Promise<void>>();
  let runs: readonly Run[] = [];
  /** The run that traffic goes to, or would go to. */
  let active: Run | undefined;
  let wanted: Program | undefined;

  const runOf = (revision: string | undefined): Run | undefined =>
    runs.find((run) => run.program.revision === revision);
  const serves = ({ admitted, supervisor }: Run): boolean =>
    admitted !== undefined && supervisor.running?.id === admitted;

  function retire(run: Run, before: Promise<void> = Promise.resolve()): Promise<void> {
    const grace = serves(run) ? graceMs : Math.min(graceMs, SHORT_GRACE_MS);
    runs = runs.filter((other) => other !== run);
    if (active === run) active = undefined;
    const gone = before.then(async () => run.supervisor.stop(grace)).finally(() => ending.delete(run));
    ending.set(run, gone);
    return gone;
  }

  function instanceOf({ program, supervisor }: Run): Instance | undefined {
    const { running } = supervisor;
    if (!running) return undefined;
    const { path, logPath, generation } = program;
    return { id: running.id, url: urlOf(running.port, path), output: logPath, generation };
  }

  return {
    apply(program) {
      wanted = program;
      const same = runOf(program.revision);
      if (same) {
        same.program = program;
        same.supervisor.retry();
        return;
      }
      const inTheWay = active && !serves(active) ? retire(active) : undefined;
      const run: Run = { program, supervisor: start(program, inTheWay) };
      runs = [...runs, run];
      active ??= run;
    },
    prune(program) {
      for (const run of runs) if (run !== active && run.program.revision !== program.revision) void retire(run);
    },
    observe() {
      const run = runOf(wanted?.revision);
      const serving = active && serves(active) ? instanceOf(active) : undefined;
      const arriving = run && instanceOf(run);
      return {
        instances: runs.flatMap((each) => instanceOf(each) ?? []),
        replicas: serving ? 1 : 0,
        ...(serving && { serving }),
        ...(arriving && { wanted: arriving }),
        ...(run?.supervisor.trouble && { trouble: run.supervisor.trouble }),
        ...(run?.supervisor.blocked && { lookAgainMs: LOOK_AGAIN_MS }),
      };
    },
    runs: () => [
      ...[...ending.keys()].filter(({ supervisor }) => supervisor.running).map((run) => toLocalRun(run, 'ending')),
      ...runs.map((run) => toLocalRun(run, run === active && serves(run) ? 'serving' : 'beside')),
    ],
    admit(instances) {
      for (const run of runs) {
        const { running } = run.supervisor;
        if (!running || !instances.includes(running.id)) continue;
        run.admitted = running.id;
        run.supervisor.answered();
        if (run === active || run.program.revision !== wanted?.revision) continue;
        const predecessor = active;
        active = run;
        const url = predecessor && instanceOf(predecessor)?.url;
        if (predecessor) void retire(predecessor, url === undefined ? undefined : drained(url, stopping.signal));
      }
    },
    async stop() {
      stopping.abort();
      for (const run of runs) void retire(run);
      await Promise.all(ending.values());
    },
  };
}

function toLocalRun({ program, supervisor }: Run, role: 'serving' | 'beside' | 'ending'): LocalRun {
  const { running, restarts, lastEnd } = supervisor;
  return {
    id: running?.pid?.toString(),
    state: role === 'ending' ? role : running ? 'running' : 'waiting',
    serving: role === 'serving',
    what: program.what,
    port: running?.port,
    restarts,
    startedAt: running?.startedAt,
    lastEnd,
  };
}

const urlOf = (port: number, path: string): string => `http://127.0.0.1:${port}${path}`;
