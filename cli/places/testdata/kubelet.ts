import { randomBytes } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestNamespace } from '../../../test/support/api-server.ts';
import { pathOf } from '../../../crds/kubernetes/kubernetes-object.ts';
import { PODS } from '../list-pods.ts';

/** A node whose kubelet is this process: the API server fetches the output of its pods from here. */
export interface TestKubelet extends AsyncDisposable {
  /** A pod of a server, whose container does not run yet. */
  pod(server: string): Promise<TestPod>;
}

export interface TestPod {
  readonly name: string;
  /** The container starts, once more where it ended. */
  runs(): Promise<void>;
  /** It writes these lines. */
  writes(...lines: readonly string[]): void;
  ends(exitCode: number, more?: { readonly reason?: string; readonly message?: string }): Promise<void>;
  becomesReady(): Promise<void>;
  /** At once; with `lost` its node never tells that it has ended. */
  remove(how?: 'lost'): Promise<void>;
  /** Requests for its output that are open. */
  readers(): number;
}

/** The output of one container. */
interface Output {
  readonly runs: string[][];
  isRunning: boolean;
  readers: number;
  readonly changes: EventEmitter;
}

let nanoseconds = 0;

/** RFC3339NanoFixed, never the same twice. */
const now = (): string => `${new Date().toISOString().slice(0, -1)}${String((nanoseconds += 1)).padStart(6, '0')}Z`;

export async function startKubelet({ api, name: namespace, server }: TestNamespace): Promise<TestKubelet> {
  const outputs = new Map<string, Output>();
  const node = `node-${randomBytes(4).toString('hex')}`;
  const https = createServer(
    server.authority.issue({ commonName: node, hosts: ['127.0.0.1'] }),
    (request, response) => {
      void answer(outputs, request, response);
    },
  );
  await once(https.listen(0, '127.0.0.1'), 'listening');
  const { port: Port } = https.address() as AddressInfo;
  await api.request({ method: 'POST', path: '/api/v1/nodes', body: { metadata: { name: node } } });
  await api.request({
    method: 'PATCH',
    path: `/api/v1/nodes/${node}/status`,
    contentType: MERGE,
    body: {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port } },
      },
    },
  });

  return {
    async pod(owner) {
      const name = `${owner}-${randomBytes(3).toString('hex')}`;
      await api.request({ method: 'POST', path: pathOf(PODS, namespace), body: manifest(name, owner, node) });
      const output: Output = { runs: [], isRunning: false, readers: 0, changes: new EventEmitter().setMaxListeners(0) };
      outputs.set(name, output);
      const patch = async (status: object): Promise<unknown> =>
        api.request({
          method: 'PATCH',
          path: pathOf(PODS, namespace, name, 'status'),
          contentType: STRATEGIC,
          body: { status },
        });
      return testPod(name, output, patch, async () => {
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
        await api.request({ method: 'DELETE', path: pathOf(PODS, namespace, name), body });
      });
    },
    async [Symbol.asyncDispose]() {
      https.close();
      https.closeAllConnections();
      await once(https, 'close');
    },
  };
}

const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

const manifest = (name: string, server: string, nodeName: string): object => ({
  metadata: { name, labels: { 'mooring.dev/server': server } },
  spec: {
    nodeName,
    containers: [
      { name: 'beside', image: 'example/beside:1' },
      { name: 'server', image: 'example/notes:1', ports: [{ name: 'mcp', containerPort: 9000 }] },
    ],
  },
});

function testPod(
  name: string,
  output: Output,
  patch: (status: object) => Promise<unknown>,
  remove: () => Promise<void>,
): TestPod {
  let lastState: object | undefined;
  const container = (state: object): object => ({
    phase: 'Running',
    containerStatuses: [
      {
        name: 'server',
        image: 'i',
        imageID: '',
        ready: true,
        restartCount: Math.max(0, output.runs.length - 1),
        state,
        ...(lastState && { lastState }),
      },
    ],
  });
  return {
    name,
    async runs() {
      output.runs.push([]);
      output.isRunning = true;
      await patch(container({ running: { startedAt: new Date().toISOString() } }));
    },
    writes(...lines) {
      output.runs.at(-1)?.push(...lines.map((line) => `${now()} ${line}`));
      output.changes.emit('change');
    },
    async ends(exitCode, { reason = 'Error', message = '' } = {}) {
      const at = new Date().toISOString();
      const state = { terminated: { exitCode, reason, message, startedAt: at, finishedAt: at } };
      await patch(container(state));
      lastState = state;
      output.isRunning = false;
      output.changes.emit('change');
    },
    becomesReady: async () => {
      await patch({ conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString() }] });
    },
    async remove(how) {
      await remove();
      if (how === 'lost') return;
      output.isRunning = false;
      output.changes.emit('change');
    },
    readers: () => output.readers,
  };
}

/** GET /containerLogs/NAMESPACE/POD/CONTAINER, as kubelet answers it (pkg/kubelet/server). */
async function answer(
  outputs: ReadonlyMap<string, Output>,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(url, 'http://kubelet');
  const [, , , pod = '', container = ''] = pathname.split('/');
  const output = outputs.get(pod);
  const run = output?.runs.at(query.has('previous') ? -2 : -1);
  if (!output || container !== 'server' || !run) {
    const why = query.has('previous') ? 'previous terminated container' : 'container';
    response.writeHead(400).end(`${why} "${container}" in pod "${pod}" is waiting to start: ContainerCreating`);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' });
  const sinceTime = Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z');
  const since = Math.max(sinceTime, Date.now() - Number(query.get('sinceSeconds') ?? '1e9') * 1000);
  const asked = run.filter((line) => Date.parse(line.split(' ')[0] ?? '') >= since);
  const tail = query.get('tailLines');
  const first = tail === null ? asked : asked.slice(asked.length - Number(tail));
  response.write(first.map((line) => `${line}\n`).join(''));
  output.readers += 1;
  response.on('close', () => (output.readers -= 1));
  for (let told = run.length; query.has('follow') && output.isRunning && run === output.runs.at(-1);) {
    await once(output.changes, 'change');
    response.write(
      run
        .slice(told)
        .map((line) => `${line}\n`)
        .join(''),
    );
    told = run.length;
  }
  response.end();
}
