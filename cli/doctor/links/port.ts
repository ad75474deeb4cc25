import type { Check } from '../check.ts';
import { portBreak } from '../port-break.ts';
import { toldBreak, troubleOf } from '../trouble.ts';

/** Something listens where calls go. */
export const port: Check = async (subject, signal) => {
  const { server, place } = subject;
  const told = toldBreak(subject, 'port');
  if (place.kind === 'gateway') return told;
  if (told) return troubleOf(server)?.reason === 'PortNotOpened' ? portBreak(subject, told, signal) : told;
  const { backend } = server.status ?? {};
  return backend?.url === undefined ? undefined : { detail: new URL(backend.url).host };
};
