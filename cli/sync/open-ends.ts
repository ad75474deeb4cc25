import { existsSync, statSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { choosePlace, inPlace } from '../places/open-place.ts';
import type { Place } from '../places/place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import type { Direction } from './plan.ts';

/** `--from` and `--to`: one is a folder, the other `cluster` or `local`. */
export interface EndOptions {
  readonly from: string;
  /** Default: the place that is there. */
  readonly to?: string | undefined;
}

/** What is compared, with the words for both ends that a command would take. */
export interface OpenEnds {
  readonly place: Place;
  readonly folder: string;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
}

/** The words for places; a folder of such a name is `./cluster`. */
const WORDS = { cluster: 'cluster', local: 'laptop' } as const;
const wordOf = { cluster: 'cluster', laptop: 'local', gateway: 'gateway' } as const satisfies Record<
  Place['kind'],
  string
>;

const isWord = (end: string | undefined): end is keyof typeof WORDS => end !== undefined && Object.hasOwn(WORDS, end);

/** Works with the place that one of the two names, opened with its flags. Throws `usage` and `no_folder`. */
export async function inEnds<Result>(
  { from, to }: EndOptions,
  flags: PlaceOptions,
  work: (ends: OpenEnds) => Promise<Result>,
): Promise<Result> {
  if (isWord(from) === (isWord(to) || to === undefined)) {
    throw new Failure(
      'usage',
      'One of --from and --to is a folder, the other is `cluster` or `local`: mooring sync --from ./servers --to cluster',
    );
  }
  const [folder, word] = isWord(from) ? [to ?? '', from] : [from, isWord(to) ? to : undefined];
  expectFolder(folder, !isWord(from));
  const kind = word && WORDS[word];
  const env = kind === undefined ? process.env : { ...process.env, MOORING_PLACE: kind };
  const chosen = choosePlace(flags, env).kind;
  if (word !== undefined && chosen !== kind && chosen !== 'gateway') throw otherFlags(word);
  return inPlace(
    flags,
    async (place) => {
      const named = wordOf[place.kind];
      return isWord(from)
        ? work({ place, folder, direction: 'to folder', from: named, to: folder })
        : work({ place, folder, direction: 'to place', from: folder, to: named });
    },
    env,
  );
}

function expectFolder(path: string, isNeeded: boolean): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Failure('usage', `${path} is a file; name its folder.`);
  } else if (isNeeded) {
    throw new Failure('no_folder', `There is no folder ${path}.`);
  }
}

const otherFlags = (word: string): Failure =>
  new Failure(
    'usage',
    `These flags do not go with \`${word}\`: --home is for \`local\`; -n, -A, --context and --kubeconfig are for \`cluster\`.`,
  );
