import type { z } from 'zod';
import { identitySigner } from '../../core/identity-token.ts';
import { newKey } from '../../core/keys.ts';
import { MooringConfig } from '../../core/mooring-config.ts';
import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import { readableLog } from '../../test/support/log-lines.ts';
import { createApp } from '../app.ts';
import { authentication } from '../auth/authenticate.ts';
import { callersOf } from '../auth/callers.ts';
import { verifiedTokens } from '../auth/verified-tokens.ts';
import { openHealth } from '../health.ts';
import { listen } from '../listen.ts';
import { askServerForPages } from '../pages/ask-server.ts';
import { pageCookies } from '../pages/page-cookies.ts';
import { SIGNED_IN_PATH } from '../public-paths.ts';
import { createProtectedResources } from '../protected-resources.ts';
import { createForwarder } from '../proxy/forward.ts';
import { NO_REMOTE } from '../proxy/testing/no-remote.ts';
import { sessionSeal } from '../proxy/session-seal.ts';
import { createServerIndex } from '../server-index.ts';
import { memorySource } from './memory-source.ts';
import { tokenIssuer } from './token-issuer.ts';

interface AppOptions {
  readonly servers?: readonly McpServer[];
  readonly config?: z.input<typeof MooringConfig>;
}

export type RunningApp = Awaited<ReturnType<typeof startApp>>;

/** What stands in for the authorization server, which has tests and a database of its own (gateway.test.ts joins them). */
const SIGN_IN = 'sign in here';

/** Both apps on free ports, with everything real between a client and a backend but the authorization server. */
export async function startApp({ servers = [], config = {} }: AppOptions = {}) {
  const { log, lines, text } = readableLog();
  const source = memorySource(...servers);
  let current = MooringConfig.parse(config);
  let names = { ...current, publicUrl: current.publicUrl ?? 'http://localhost' };
  const publicUrl = (): string => names.publicUrl;
  const limits = () => current.limits;
  const resources = createProtectedResources(source, publicUrl);
  const forwarder = createForwarder({
    limits,
    publicUrl,
    seal: sessionSeal([await newKey('HS256')]),
    identity: await identitySigner('mooring:gateway', [await newKey('ES256')]),
    remote: NO_REMOTE,
    log,
  });
  const issuerKeys = await tokenIssuer('');
  const health = await openHealth({ port: 0, log });
  const index = createServerIndex(source);
  const shared = { index, metrics: health.metrics, names: () => names, log };
  const callerOf = callersOf(() => resources.allScopes());
  const identity = await identitySigner('mooring:gateway', [await newKey('ES256')]);
  const app = createApp({
    ...shared,
    pages: {
      cookies: pageCookies([await newKey('HS256')], { publicUrl: publicUrl(), signedInPath: SIGNED_IN_PATH }),
      servers: askServerForPages(identity),
      redeem: async () => undefined,
    },
    resources,
    authenticate: authentication(verifiedTokens({ issuer: publicUrl, keys: () => issuerKeys.keys }), callerOf),
    authorizationServer: { handle: (_incoming, outgoing) => void outgoing.end(SIGN_IN) },
    forwarder,
    limits,
    identityJwks: () => ({ keys: [] }),
  });
  const listenOptions = {
    ...shared,
    port: 0,
    maxHeaderSize: limits().requestHeaderBytes,
    requestSeconds: limits().requestSeconds,
  };
  const listener = await listen(app, listenOptions);
  const url = `http://localhost:${listener.port}`;
  const configure = (change: typeof config): void => {
    current = MooringConfig.parse({ ...config, ...change });
    names = { ...current, publicUrl: current.publicUrl ?? url };
    health.tell({ notReady: undefined, names, servers: () => index.list().map(qualifiedName) });
  };
  configure({});

  return {
    url,
    healthUrl: `http://localhost:${health.port}`,
    source,
    configure,
    endpoint: (name: string): string => `${url}/api/v1/mcp/${name}/mcp`,
    /** A good token for a path of the public URL. */
    token: (path: string, claims?: Record<string, unknown>): Promise<string> =>
      issuerKeys.token(publicUrl() + path, { iss: publicUrl(), ...claims }),
    log: { lines, text },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([listener.close(0), health.close()]);
      await forwarder.close();
    },
  };
}
