import { conditionOf } from '../../crds/condition-of.ts';
import type { ServerView } from '../places/place.ts';
import { commandFor } from '../places/command-for.ts';
import { manifestOf } from './manifest-of.ts';
import type { Break, LinkName } from './link.ts';
import { placeOf } from './place-of-reason.ts';
import type { Subject } from './subject.ts';

/** What the operator says is wrong, and in which link that is. */
export interface Trouble {
  readonly link: LinkName;
  /** As it stands in the condition. */
  readonly reason: string;
  readonly message: string;
  /** In the words of doctor. */
  readonly cause: string;
}

/** What keeps a server from being ready, as its conditions tell; an edit that is not valid counts, though what was there before serves. */
export function troubleOf({ status }: Pick<ServerView, 'status'>): Trouble | undefined {
  const stalled = conditionOf(status, 'Stalled');
  const ready = conditionOf(status, 'Ready');
  const told = stalled?.status === 'True' ? stalled : ready?.status === 'True' ? undefined : ready;
  if (!told) return undefined;
  const { reason, message } = told;
  return { reason, message, ...placeOf(reason, message) };
}

/** The break that the operator tells of, where it belongs to this link. Its message names the remedy; the fix adds where to look further. */
export function toldBreak(subject: Subject, link: LinkName): Break | undefined {
  const trouble = troubleOf(subject.server);
  if (trouble?.link !== link) return undefined;
  return { cause: trouble.cause, message: trouble.message, fix: nextStep(subject, trouble) };
}

function nextStep(subject: Subject, { link, reason }: Trouble): string {
  const { place } = subject;
  if (place.kind === 'gateway') return 'Tell its owner, who sees why by `mooring doctor` where it runs.';
  const manifest = manifestOf(subject.server);
  if (reason === 'Disabled')
    return `Set \`enabled: true\` in ${manifest}${place.kind === 'cluster' ? ' and apply it' : ''}.`;
  if (reason === 'Starting' || reason === 'Progressing')
    return `Wait some seconds, then run \`${commandFor(subject, 'doctor')}\` again.`;
  if (link === 'process' || link === 'mcp')
    return `Do what the message says; \`${commandFor(subject, 'logs')}\` shows the whole output.`;
  return `Do what the message says in ${manifest}${place.kind === 'cluster' ? ' and apply it' : ', which is followed'}; \`${commandFor(subject, 'doctor')}\` then looks again.`;
}
