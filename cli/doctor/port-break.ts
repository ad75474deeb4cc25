import { commandFor } from '../places/command-for.ts';
import { portsIn } from './facts/ports-in.ts';
import { linesOf } from './facts/lines-of.ts';
import { listeningSockets } from './facts/listening-sockets.ts';
import { broken, type Break } from './link.ts';
import type { Subject } from './subject.ts';

/**
 * Nothing listens where calls go. Whether it listens elsewhere, a laptop knows from its processes. A pod can only be asked from outside, so what it
 * wrote is all that is known there.
 */
export async function portBreak(subject: Subject, told: Break, signal: AbortSignal): Promise<Break> {
  const wanted = Number(/\bPORT \((\d+)\)/.exec(told.message)?.[1] ?? subject.server.spec.port ?? 8080);
  const sockets = await socketsOf(subject);
  if (sockets?.some(({ port }) => port === wanted)) {
    const { address } = sockets.find(({ port }) => port === wanted) ?? { address: '' };
    const message = `It listens on port ${wanted}, but at ${address} only, where calls do not arrive.`;
    return broken('WrongPort', message, 'Let it listen at the address in its variable HOST.');
  }
  if (sockets && sockets.length > 0) {
    const listed = sockets.map(({ address, port }) => `${address} port ${port}`).join(', ');
    return broken('WrongPort', `It listens at ${listed}, and calls go to port ${wanted}.`, otherPort(sockets[0]?.port));
  }
  if (sockets) {
    const message = `The process runs and listens on no port at all; calls go to port ${wanted}.`;
    return broken('ConnectionRefused', message, mustListen(subject));
  }
  const said = portsIn(await linesOf(subject, signal)).filter((port) => port !== wanted);
  if (said[0] !== undefined) {
    const message = `By its output it listens on port ${said.join(', ')}, and calls go to port ${wanted}.`;
    return broken('WrongPort', message, otherPort(said[0]));
  }
  const unknown = 'Whether it listens on another port cannot be seen from outside, and its output names none.';
  return broken('ConnectionRefused', `${told.message} ${unknown}`, mustListen(subject));
}

const otherPort = (port: number | undefined): string =>
  `Let it listen on the port in its variable PORT (as an argument: $(PORT) in spec.args), or set \`port: ${port}\` in the spec.`;

const mustListen = (subject: Subject): string =>
  `It must listen on the port in its variable PORT; \`${commandFor(subject, 'logs')}\` shows what it does instead.`;

/** Undefined where the processes cannot be looked at. */
async function socketsOf({ place, runs }: Subject): Promise<Awaited<ReturnType<typeof listeningSockets>> | undefined> {
  if (place.kind !== 'laptop') return undefined;
  const ids = (await runs())?.map(({ id }) => Number(id)).filter(Number.isInteger);
  return ids && ids.length > 0 ? listeningSockets(ids) : undefined;
}
