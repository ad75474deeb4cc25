import type { Subject } from './subject.ts';

/** A command of ours for this server, to be copied: `mooring logs weather -n tools`. */
export function commandFor({ place, server }: Pick<Subject, 'place' | 'server'>, command: string): string {
  const { name, namespace } = server.metadata;
  const where = place.kind === 'cluster' && namespace !== undefined ? ` -n ${namespace}` : '';
  return `mooring ${command} ${name}${where}`;
}

/** Where a person edits it. */
export const manifestOf = ({ origin }: Subject['server']): string => origin?.file ?? 'the manifest';
