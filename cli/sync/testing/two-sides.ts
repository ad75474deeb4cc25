import { setImmediate } from 'node:timers/promises';
import { McpServerManifest } from '../../../crds/mcpserver.ts';
import { Failure } from '../../../core/failure.ts';
import { applyPlan, rehearse, type SyncRecord } from '../apply-plan.ts';
import type { Remembered } from '../base.ts';
import { digestOf } from '../digest.ts';
import { plan, type Action, type Direction } from '../plan.ts';
import { keyOf, type Edit, type Entry, type Side } from '../side.ts';

/** What a server says; undefined: it is not there. */
export type Content = number | undefined;
export type SideName = 'folder' | 'place';

const manifestOf = (key: string, port: number): McpServerManifest => {
  const [namespace, name] = key.split('/');
  return McpServerManifest.parse({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name, namespace },
    spec: { binary: 'x', port },
  });
};

/** The process is gone: nothing after this line happens. */
class Killed extends Error {}

export interface SyncRun {
  readonly direction: Direction;
  readonly prune?: boolean;
  readonly force?: boolean;
  /** Before which of its steps it is killed; every write is two steps, before it and after it. */
  readonly killAt?: number | undefined;
  /** What a person does meanwhile, before a step. */
  readonly meanwhile?:
    | { readonly step: number; readonly side: SideName; readonly key: string; readonly content: Content }
    | undefined;
}

/**
 * A folder and a place in memory, with one who knows what a sync may take away: of each server, what the last sync wrote or found on both sides. Whatever
 * else stands there was written by a person since; the writes that take such a thing away are `losses`.
 */
export function twoSides() {
  const cells = { folder: new Map<string, Content>(), place: new Map<string, Content>() };
  const versions = { folder: new Map<string, number>(), place: new Map<string, number>() };
  const shared = new Map<string, Content>();
  const losses: string[] = [];
  let memory: ReadonlyMap<string, Remembered> = new Map();
  let writes = 0;

  function put(side: SideName, key: string, content: Content): void {
    cells[side].set(key, content);
    versions[side].set(key, (versions[side].get(key) ?? 0) + 1);
  }

  const noteEqual = (actions: readonly Action[]): void => {
    for (const { kind, source, ...each } of actions)
      if (kind === 'unchanged') shared.set(keyOf(each), source?.manifest.spec.port);
  };

  const list = (side: SideName): Entry[] =>
    [...cells[side]].flatMap(([key, content]) =>
      content === undefined
        ? []
        : [{ manifest: manifestOf(key, content), isScaled: true, version: String(versions[side].get(key)) }],
    );

  function sideOf(side: SideName, step: () => Promise<void>): Side {
    return {
      label: side,
      list: async () => list(side),
      async apply(edit: Edit, { dryRun }) {
        await step();
        const key = keyOf(edit);
        const content = cells[side].get(key);
        const is = content === undefined ? undefined : digestOf(manifestOf(key, content), true);
        if (is !== edit.expected) throw new Failure('changed_meanwhile', key);
        if (dryRun) return;
        if (content !== undefined && content !== shared.get(key)) losses.push(`${side} ${key} ${content}`);
        const next = edit.wanted?.manifest.spec.port;
        writes += 1;
        put(side, key, next);
        // A copy is nobody's own text.
        shared.set(key, next);
        await step();
      },
    };
  }

  return {
    losses,
    get writes() {
      return writes;
    },
    content: (side: SideName, key: string): Content => cells[side].get(key),
    put,
    forget: () => void (memory = new Map()),
    plan: (direction: Direction, prune = true): readonly Action[] => {
      const [source, target] =
        direction === 'to place' ? (['folder', 'place'] as const) : (['place', 'folder'] as const);
      return plan(list(source), list(target), memory, { direction, prune, force: false });
    },
    async sync({
      direction,
      prune = true,
      force = false,
      killAt = Infinity,
      meanwhile,
    }: SyncRun): Promise<readonly Action[] | 'killed'> {
      let at = 0;
      const step = async (): Promise<void> => {
        if (meanwhile?.step === at) put(meanwhile.side, meanwhile.key, meanwhile.content);
        if (at === killAt) throw new Killed();
        at += 1;
        await setImmediate();
      };
      const [source, target] =
        direction === 'to place' ? (['folder', 'place'] as const) : (['place', 'folder'] as const);
      const actions = plan(list(source), list(target), memory, { direction, prune, force });
      const record: SyncRecord = {
        get remembered() {
          return memory;
        },
        async remember(news) {
          await step();
          const next = new Map(memory);
          for (const [key, value] of news)
            if (value) next.set(key, value);
            else next.delete(key);
          memory = next;
          noteEqual(actions);
          await step();
        },
      };
      try {
        const written = sideOf(target, step);
        const outcome = await applyPlan(await rehearse(actions, written), { direction, target: written, record });
        noteEqual(actions);
        return outcome.actions;
      } catch (error) {
        if (error instanceof Killed) return 'killed';
        throw error;
      }
    },
  };
}
