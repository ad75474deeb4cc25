import { Failure } from '../../core/failure.ts';
import { print, type Format } from '../output/format.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { applyPlan, markEqual, rehearse } from './apply-plan.ts';
import { compare } from './compare.ts';
import { confirm, expectSomebody } from './confirm.ts';
import { inEnds, type EndOptions } from './open-ends.ts';
import { countsText, planText } from './plan-text.ts';
import { syncResult, type SyncResult } from './sync-result.ts';

export interface SyncOptions extends EndOptions {
  readonly names: readonly string[];
  readonly flags: PlaceOptions;
  readonly output: Format;
  readonly prune: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Makes one side like the other, after showing how. Throws a Failure where a conflict or a failure stays; the rest was done then, and told. */
export async function sync(options: SyncOptions): Promise<void> {
  const { output, flags, dryRun, yes } = options;
  await inEnds(options, flags, async (ends) => {
    const { target, record, ...comparison } = await compare(ends, options);
    // Before anybody is asked: what the target would not take changes nothing.
    const planned = await rehearse(comparison.actions, target);
    const plan = syncResult(planned, ends, dryRun);
    if (dryRun) {
      await tell(output, plan, planText(plan.servers) + summary(plan));
      return expectNoConflict(plan);
    }
    const isWork = planned.some(({ edit }) => edit);
    const asks = isWork && !yes;
    if (asks) await askWhether(plan, target.label);
    const { actions, done, failure } = await applyPlan(planned, { direction: ends.direction, target, record });
    if (asks || yes) await markEqual(actions, target);
    const result = syncResult(actions, ends, dryRun, done);
    // What was shown before the question is not shown again.
    await tell(output, result, (asks ? '' : planText(result.servers)) + summary(result));
    if (failure) throw failure;
    expectNoConflict(result);
  });
}

async function askWhether(plan: SyncResult, what: string): Promise<void> {
  expectSomebody();
  process.stderr.write(planText(plan.servers));
  if (await confirm(`Change ${what}: ${countsText(plan.servers)}?`)) return;
  throw new Failure('not_confirmed', 'Nothing was changed.');
}

const tell = async (output: Format, value: SyncResult, people: string): Promise<void> =>
  print(output, {
    value,
    names: value.servers.map(({ namespace, name }) => `${namespace}/${name}`),
    people: () => people,
  });

function summary({ servers, dryRun }: SyncResult): string {
  const isInSync = servers.every(({ action, reason }) => action === 'unchanged' || reason === 'only_there');
  const counts = `${countsText(servers)}.\n`;
  if (isInSync) return `In sync, nothing to do: ${counts}`;
  return dryRun ? `Nothing was written: ${counts}` : counts;
}

function expectNoConflict({ servers }: SyncResult): void {
  const count = servers.filter(({ action }) => action === 'conflict').length;
  if (count === 0) return;
  const who = count === 1 ? 'One server is in conflict and was' : `${count} servers are in conflict and were`;
  throw new Failure('conflicts', `${who} left as before; what was shown says what to do.`);
}
