import type { SignIdentity } from './discovery.ts';
import { PROBE_TIMES, startProbe, type Answer, type Probe, type ProbeTimes, type Target } from './probe.ts';

/** Asks every running copy what it is, and goes on asking whether that is still so. */
export interface Probes {
  /** From now on asks exactly these copies of a server; answers what is known of each by now. */
  follow(uid: string, targets: readonly Target[]): ReadonlyMap<string, Answer>;
  stop(): Promise<void>;
}

export interface ProbeOptions {
  readonly sign: SignIdentity;
  /** Calls back with the uid of a server when what is known of a copy has changed. */
  readonly onChange: (uid: string) => void;
  readonly times?: ProbeTimes;
}

export function startProbes({ sign, onChange, times = PROBE_TIMES }: ProbeOptions): Probes {
  const followed = new Map<string, Map<string, Probe>>();

  return {
    follow(uid, targets) {
      const before = followed.get(uid) ?? new Map<string, Probe>();
      const now = new Map(
        targets.map((target) => [
          target.id,
          before.get(target.id) ?? startProbe(target, { sign, times, onChange: () => onChange(uid) }),
        ]),
      );
      for (const [id, probe] of before) if (!now.has(id)) void probe.stop();
      if (now.size > 0) followed.set(uid, now);
      else followed.delete(uid);
      return new Map([...now].map(([id, probe]) => [id, probe.answer()]));
    },
    async stop() {
      const probes = [...followed.values()].flatMap((each) => Array.from(each.values()));
      followed.clear();
      await Promise.all(probes.map(async (probe) => probe.stop()));
    },
  };
}
