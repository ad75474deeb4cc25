import { once } from 'node:events';
import { createServer } from 'node:net';
import { isWithoutIPv6, listenAddresses, listenFailure } from '../../gateway/listen.ts';

/**
 * Throws `port_in_use` or `not_listening` where the gateway could not listen, before what takes long is started. Whoever takes the port after
 * this is met by the gateway itself.
 */
export async function checkPort(port: number, address: string | undefined): Promise<void> {
  for (const each of listenAddresses(address)) {
    const server = createServer().listen(port, each);
    try {
      await once(server, 'listening');
    } catch (error) {
      if (!isWithoutIPv6(error as NodeJS.ErrnoException, each))
        throw listenFailure(error as NodeJS.ErrnoException, each, port);
    } finally {
      server.close();
    }
  }
}
