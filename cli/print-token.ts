import { Failure } from '../core/failure.ts';
import { findServer } from './places/find-server.ts';
import { inPlace } from './places/open-place.ts';
import type { PlaceOptions } from './places/place-options.ts';

interface Wanted {
  readonly server: string;
  /** Space-separated. */
  readonly scope: string | undefined;
}

/** Prints the token with which the person who asks calls a server. Throws `no_token` where there is none because none is needed. */
export async function printToken({ server, scope }: Wanted, options: PlaceOptions): Promise<void> {
  const { url, token } = await inPlace(options, async (place) => place.access(await findServer(place, server), scope));
  if (token === undefined) {
    throw new Failure(
      'no_token',
      `${server} is open to everybody: call it without a token. For one of yours: mooring login ${new URL(url).origin}`,
    );
  }
  process.stdout.write(`${token}\n`);
}
