import type { ServerView } from '../places/place.ts';

/** Where a person edits it. */
export const manifestOf = ({ origin }: Pick<ServerView, 'origin'>): string => origin?.file ?? 'the manifest';
