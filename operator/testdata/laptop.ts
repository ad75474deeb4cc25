import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { homePaths, type HomePaths } from '../../core/home.ts';
import { identitySigner } from '../../core/identity-token.ts';
import { loadKeyFile } from '../../core/keys.ts';
import { startProcessGuard, type ProcessGuard } from '../../core/process-guard.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { conditionOf } from '../../crds/condition-of.ts';
import type { ConditionType } from '../../crds/mcpserver-status.ts';
import { createDirectorySource, type DirectorySource } from '../../crds/sources/directory.ts';
import type { InFlight } from '../local/drained.ts';
import { openLocalPlatform, type LocalPlatform } from '../local/local-platform.ts';
import { startOperator, type Operator } from '../main.ts';
import { PROBE_TIMES, type ProbeTimes } from '../probe.ts';

export const MINI = join(import.meta.dirname, 'servers', 'mini.ts');

/** A manifest: `node` with these arguments, and more lines of the spec. */
export const manifest = (name: string, { args = [MINI] as readonly string[], spec = '' } = {}): string => `
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata: { name: ${name} }
spec:
  binary: node
  args: ${JSON.stringify(args)}
${spec.replaceAll(/^/gm, '  ')}
`;

/** An operator with everything real: a folder of manifests, a state folder, processes. */
export interface Laptop extends AsyncDisposable {
  readonly home: string;
  readonly paths: HomePaths;
  readonly manifests: string;
  readonly source: DirectorySource;
  readonly platform: LocalPlatform;
  readonly operator: Operator;
  readonly guard: ProcessGuard;
  /** Moves the gateway to another origin. */
  moveTo(origin: string): void;
  /** Writes a manifest; resolves when the source has taken it over. */
  apply(file: string, content: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** The first server of this name. */
  server(name: string): McpServer | undefined;
  condition(name: string, type: ConditionType): { status: string; reason: string; message: string } | undefined;
  /** Waits until it holds of the server; fails with its conditions. */
  until(name: string, holds: (server: McpServer) => boolean, timeoutMs?: number): Promise<McpServer>;
  ready(name: string): Promise<McpServer>;
  /** Waits until a condition has this reason. */
  reason(name: string, type: ConditionType, reason: string): Promise<string>;
  /** Calls the tool of the mini server where the status says that it is. */
  call(name: string, params?: object): Promise<Mini>;
}

export interface Mini {
  readonly version: string;
  readonly pid: number;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const QUICK: ProbeTimes = { ...PROBE_TIMES, wrongMs: 200, confirmMs: 100 };

export async function startLaptop({
  probeTimes = QUICK,
  inFlight = () => 0,
}: { probeTimes?: ProbeTimes; inFlight?: InFlight } = {}): Promise<Laptop> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-operator-'));
  const [home, manifests] = [join(folder, 'home'), join(folder, 'manifests')];
  await mkdir(manifests);
  const paths = homePaths(home);
  const { identity: ring } = await loadKeyFile(paths.operatorKeys, { identity: 'ES256' });
  const log = pino({ level: process.env['MOORING_LOG_LEVEL'] ?? 'silent' });
  const guard = startProcessGuard();
  const source = await createDirectorySource([manifests]);
  let origin = 'http://localhost:8080';
  const publicUrl = () => origin;
  const binFolder = join(folder, 'bin');
  const platform = openLocalPlatform({ home, guard, binFolder, publicUrl, inFlight, graceMs: 1000, log });
  const identity = await identitySigner('mooring:operator', ring);
  const operator = startOperator({ source, platform, publicUrl, identity, log, probeTimes });

  /** What the source holds of a file. */
  const taken = (file: string): string =>
    JSON.stringify(
      source
        .list()
        .filter((server) => server.origin?.file.endsWith(`/${file}`))
        .map(({ metadata: { uid, generation } }) => [uid, generation, source.problemOf(uid)]),
    );

  const laptop: Laptop = {
    home,
    paths,
    manifests,
    source,
    platform,
    operator,
    guard,
    moveTo(next) {
      origin = next;
      operator.refresh();
    },
    async apply(file, content) {
      const before = taken(file);
      await writeFile(join(manifests, file), content);
      for (const end = performance.now() + 3000; performance.now() < end && taken(file) === before;) await sleep(5);
    },
    remove: async (file) => rm(join(manifests, file)),
    server: (name) => source.list().find(({ metadata }) => metadata.name === name),
    condition: (name, type) => conditionOf(laptop.server(name)?.status, type),
    async until(name, holds, timeoutMs = 10_000) {
      for (const end = performance.now() + timeoutMs; performance.now() < end; await sleep(5)) {
        const server = laptop.server(name);
        if (server && holds(server)) return server;
      }
      throw new Error(`waited in vain; ${name} is ${JSON.stringify(laptop.server(name)?.status, undefined, 1)}`);
    },
    ready: async (name) =>
      laptop.until(name, ({ status, metadata }) => {
        const ready = conditionOf(status, 'Ready');
        return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
      }),
    async reason(name, type, reason) {
      await laptop.until(name, ({ status }) => conditionOf(status, type)?.reason === reason);
      return laptop.condition(name, type)?.message ?? '';
    },
    async call(name, params = {}) {
      const url = laptop.server(name)?.status?.backend?.url;
      if (!url) throw new Error(`${name} has no backend: ${JSON.stringify(laptop.server(name)?.status, undefined, 1)}`);
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      const response = await fetch(url, { method: 'POST', body });
      return ((await response.json()) as { result: Mini }).result;
    },
    async [Symbol.asyncDispose]() {
      await operator.stop();
      await platform.stop();
      await source.close();
      await guard.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return laptop;
}

/** Makes Secret `name` with one key. */
export async function writeSecret({ paths }: Laptop, name: string, key: string, value: string): Promise<void> {
  const path = paths.secret(name, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, value, { mode: 0o600 });
}

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
