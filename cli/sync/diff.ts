import { EXIT } from '../exit-codes.ts';
import { print, type Format } from '../output/format.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { compare } from './compare.ts';
import { inEnds, type EndOptions } from './open-ends.ts';
import { countsText, planText } from './plan-text.ts';
import { syncResult, type ServerResult } from './sync-result.ts';

export interface DiffOptions extends EndOptions {
  readonly names: readonly string[];
  readonly flags: PlaceOptions;
  readonly output: Format;
}

/** Shows what `sync --prune` would do, and changes nothing. The exit code says whether there is anything, as that of `kubectl diff`. */
export async function diff(options: DiffOptions): Promise<void> {
  await inEnds(options, options.flags, async (ends) => {
    const { actions } = await compare(ends, { ...options, prune: true, force: false });
    const result = syncResult(actions, ends, true);
    const differs = result.servers.some(isDifferent);
    const sourceIsEmpty = result.servers.every(({ action }) => action === 'left');
    const people = differs
      ? `${planText(result.servers)}${countsText(result.servers)}.\n`
      : `${sourceIsEmpty ? `Nothing in ${ends.from} describes a server` : 'No differences'}: ${countsText(result.servers)}.\n`;
    await print(options.output, {
      value: result,
      names: result.servers.filter(isDifferent).map(({ namespace, name }) => `${namespace}/${name}`),
      people: () => people,
    });
    if (differs) process.exitCode = EXIT.failed;
  });
}

/** What only the target has is none of the source's business. */
const isDifferent = ({ action }: ServerResult): boolean => action !== 'unchanged' && action !== 'left';
