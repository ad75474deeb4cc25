// The smallest MCP server (2026-07-28) that is worth starting: it listens within 50 ms. `tools/call` answers its version and environment.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const { MINI_VERSION = '1', MINI_DELAY = '0', MINI_PORT, PORT, HOST } = process.env;

const server = createServer((request, response) => {
  void json(request).then(async (message) => {
    const { id, method, params } = message as { id: number; method: string; params: { ms?: number } };
    if (method === 'tools/call') await sleep(params.ms ?? 0);
    // Busy for ever, as a server in an endless loop.
    if (method === 'hang') for (;;);
    const result = RESULTS[method];
    const answer = result ? { result } : { error: { code: -32601, message: 'unknown' } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
  });
});

const RESULTS: Readonly<Record<string, unknown>> = {
  'server/discover': {
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'mini', version: MINI_VERSION } },
  },
  'tools/list': { tools: [{ name: 'env', inputSchema: { type: 'object' } }] },
  'tools/call': {
    version: MINI_VERSION,
    pid: process.pid,
    cwd: process.cwd(),
    argv: process.argv.slice(2),
    env: process.env,
  },
};

await sleep(Number(MINI_DELAY));
server.listen(Number(MINI_PORT ?? PORT), HOST, () => process.stdout.write(`mini ${MINI_VERSION} listens\n`));
