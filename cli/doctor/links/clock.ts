import type { Check } from '../check.ts';
import { broken, type Break } from '../link.ts';
import type { Subject } from '../subject.ts';

/**
 * ms. The gateway takes tokens that are up to 5 s early or late (gateway/auth/access-token.ts), and clients renew theirs half a minute before they end:
 * what differs by more sends tokens that have expired, or throws away those that are good. A header Date is good to a second.
 */
const TOLERATED_MS = 30_000;

/** The clocks of this machine, the gateway and the API server agree. */
export const clock: Check = async (subject, signal) => {
  const knocked = await subject.resourceMetadata(signal);
  const gateway = knocked.kind === 'answer' ? knocked.ahead : undefined;
  const apiServer = await subject.cluster?.clockAhead(signal);
  const found = clockBreak({ gateway, apiServer }, subject.place.kind);
  return found ?? (gateway === undefined ? undefined : { detail: 'as that of the gateway' });
};

/** ms by which other clocks are ahead of ours; undefined where they did not tell. */
interface Ahead {
  readonly gateway: number | undefined;
  readonly apiServer: number | undefined;
}

export function clockBreak({ gateway, apiServer }: Ahead, place: Subject['place']['kind']): Break | undefined {
  const off = [
    { whose: 'the gateway', ahead: gateway },
    { whose: 'the API server', ahead: apiServer },
  ].flatMap(({ whose, ahead }) => (ahead !== undefined && isOff(ahead) ? [{ whose, ahead }] : []));
  if (off.length === 0) return undefined;
  const message = off.map(({ whose, ahead }) => `The clock of ${whose} is ${inWords(ahead)}.`).join(' ');
  const fix = `Set the clock of ${wrongOne({ gateway, apiServer }, place)}: switch time synchronization (NTP) on, for example by \`timedatectl set-ntp true\`.`;
  return broken('ClockSkew', message, fix);
}

/** Of three clocks the one that two others contradict; of two nobody knows. */
function wrongOne({ gateway, apiServer }: Ahead, place: Subject['place']['kind']): string {
  if (place === 'laptop') return 'this machine';
  if (gateway === undefined || apiServer === undefined) return 'this machine, or that of the other one';
  if (!isOff(gateway - apiServer)) return 'this machine';
  if (!isOff(apiServer)) return 'the node on which the gateway runs';
  return isOff(gateway) ? 'each of these machines' : 'the machine of the API server';
}

const isOff = (difference: number): boolean => Math.abs(difference) > TOLERATED_MS;

/** `3 minutes ahead of ours` */
function inWords(ahead: number): string {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  const amount =
    seconds < 120
      ? `${seconds} seconds`
      : seconds < 7200
        ? `${Math.round(seconds / 60)} minutes`
        : `${Math.round(seconds / 3600)} hours`;
  return `${amount} ${ahead > 0 ? 'ahead of' : 'behind'} the clock of this machine`;
}
