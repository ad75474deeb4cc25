import type { ClusterConnection, TlsIdentity } from './connection.ts';

/** The same API server, spoken to as whoever this token belongs to: a client certificate would count before it, so it is left out. */
export function withToken(connection: ClusterConnection, token: (anew: boolean) => Promise<string>): ClusterConnection {
  let last: { readonly of: TlsIdentity; readonly anonymous: TlsIdentity } | undefined;
  return {
    server: connection.server,
    async tls() {
      const identity = await connection.tls();
      if (last?.of !== identity) {
        const { cert: _cert, key: _key, ...anonymous } = identity;
        last = { of: identity, anonymous };
      }
      return last.anonymous;
    },
    headers: async (anew) => ({ authorization: `Bearer ${await token(anew)}` }),
  };
}
