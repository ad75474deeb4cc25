import { Agent, buildConnector } from 'undici';
import type { ClusterConnection, TlsIdentity } from './connection.ts';

/** ms. A TCP and TLS handshake takes 4 round trips at most; SYN packets are repeated after 1 and 3 s. */
const CONNECT_TIMEOUT_MS = 5_000;

/** ms. The API server ends idle connections after 90 s (genericapiserver, IdleTimeout); whoever is later loses a request. */
const IDLE_MS = 60_000;

/** ms until TCP asks whether the other side is alive; 10 s later (libuv: 10 probes, 1 s apart) the connection is lost. */
const KEEPALIVE_DELAY_MS = 10_000;

/** Connections to the API server that stay open. */
export interface ConnectionPool {
  agent(): Agent;
  /** A connection of this agent was silent for too long, so those that are idle are dead too: what is asked from now on gets new ones. */
  leave(agent: Agent): void;
  /** Ends all connections at once. */
  destroy(): Promise<void>;
}

export function createConnectionPool(connection: ClusterConnection): ConnectionPool {
  const connect = connectorOf(connection);
  const leaving = new Set<Agent>();
  let current = newAgent(connect);

  /** What it still does, it does to the end. */
  async function finish(agent: Agent): Promise<void> {
    leaving.add(agent);
    await agent.close();
    leaving.delete(agent);
  }

  return {
    agent: () => current,
    leave(agent) {
      if (agent !== current) return;
      current = newAgent(connect);
      void finish(agent);
    },
    async destroy() {
      await Promise.all([current, ...leaving].map((agent) => agent.destroy()));
    },
  };
}

const newAgent = (connect: buildConnector.connector): Agent =>
  new Agent({
    // One stream a connection: a connection that hangs makes one watch hang, not all.
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    connect,
  });

/** Connects with what is valid now: certificates and CAs may have been exchanged since the connection before. */
function connectorOf(connection: ClusterConnection): buildConnector.connector {
  let last: { readonly identity: TlsIdentity; readonly connect: buildConnector.connector } | undefined;

  async function connectorNow(): Promise<buildConnector.connector> {
    const identity = await connection.tls();
    if (last?.identity !== identity) {
      const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
      const settings = {
        ...given,
        allowH2: false,
        timeout: CONNECT_TIMEOUT_MS,
        keepAliveInitialDelay: KEEPALIVE_DELAY_MS,
      };
      last = { identity, connect: buildConnector(settings) };
    }
    return last.connect;
  }

  async function connect(...[options, callback]: Parameters<buildConnector.connector>): Promise<void> {
    try {
      (await connectorNow())(options, callback);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
    }
  }
  return (options, callback) => void connect(options, callback);
}
