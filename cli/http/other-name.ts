import { Failure } from '../../core/failure.ts';

/** Host and port as people write them. URLs allow more, and a shell would run some of it: `https://x$(id)y.example` (CWE-78). */
const PLAIN_ORIGIN = /^https?:\/\/[a-z0-9.:[\]-]{1,260}$/;

interface Claim {
  /** The gateway that was asked. */
  readonly origin: string;
  /** A URL of its own, as it says. */
  readonly claimed: string;
  /** What the person does with the right name, which is put behind it. */
  readonly advice: string;
}

/** A gateway that goes by another name than the one it was asked under. Its word stands in a command to copy, so only a plain name does. */
export function otherName({ origin, claimed, advice }: Claim): Failure {
  const name = URL.parse(claimed)?.origin ?? '';
  const message = PLAIN_ORIGIN.test(name)
    ? `${origin} calls itself ${name}. ${advice} ${name}`
    : `${origin} calls itself by something that is no name of a gateway. Ask its owner for its URL.`;
  return new Failure('wrong_host', message);
}
