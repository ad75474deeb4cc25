import type { Check } from '../check.ts';
import { broken } from '../link.ts';

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
  const off = [
    { whose: 'the gateway', ahead: gateway },
    { whose: 'the API server', ahead: apiServer },
  ].flatMap(({ whose, ahead }) => (ahead !== undefined && Math.abs(ahead) > TOLERATED_MS ? [{ whose, ahead }] : []));
  if (off.length === 0) return gateway === undefined ? undefined : { detail: 'as that of the gateway' };
  const message = off.map(({ whose, ahead }) => `The clock of ${whose} is ${inWords(ahead)}.`).join(' ');
  // Two that agree with each other are right more probably than the one that disagrees with both.
  const isOurs = gateway !== undefined && apiServer !== undefined && Math.abs(gateway - apiServer) <= TOLERATED_MS;
  const whose =
    isOurs || subject.place.kind === 'laptop' ? 'this machine' : 'the machines that are meant, this one first';
  return broken(
    'ClockSkew',
    message,
    `Set the clock of ${whose}: switch time synchronization (NTP) on, for example by \`timedatectl set-ntp true\`.`,
  );
};

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
