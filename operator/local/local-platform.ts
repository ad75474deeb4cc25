import { dirname, resolve } from 'node:path';
import { homePaths } from '../../core/home.ts';
import type { Log } from '../../core/log.ts';
import type { ProcessGuard } from '../../core/process-guard.ts';
import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import { supportedFields } from '../../crds/supported-fields.ts';
import type { Cause } from '../cause.ts';
import type { Platform, Review } from '../platform.ts';
import { reservedVariables } from '../resources/environment.ts';
import { buildProcess, processRevision, secretsOf, type ProcessSpec } from '../resources/process.ts';
import { drained, type InFlight } from './drained.ts';
import { findProgram } from './find-program.ts';
import type { LocalRun } from './local-run.ts';
import { machineVariables } from './machine-variables.ts';
import { measuredRuns } from './measured-runs.ts';
import { openOutputLog, type OutputLog } from './output-log.ts';
import { openPorts } from './ports.ts';
import { readLog, type LogRange } from './read-log.ts';
import { openRollout, type Program, type Rollout } from './rollout.ts';
import { readSecrets } from './read-secrets.ts';
import { startSupervisor } from './supervisor.ts';

export interface LocalPlatformOptions {
  /** State folder. */
  readonly home: string;
  readonly guard: ProcessGuard;
  /** Folder of our own `mooring`, first in the PATH of servers. */
  readonly binFolder: string;
  /** Origin of the gateway, as it is now. */
  readonly publicUrl: () => string;
  /** Requests under way at an endpoint, so that a predecessor ends after its last one; without it, it gets 3 s. */
  readonly inFlight?: InFlight;
  /** Milliseconds from SIGTERM to SIGKILL. Default 5000: Kubernetes gives 30 s, but here a person waits for it. */
  readonly graceMs?: number;
  readonly log: Log;
}

export interface LocalPlatform extends Platform<Program> {
  /** What of each server runs, by uid, measured now. */
  readonly runs: () => Promise<ReadonlyMap<string, readonly LocalRun[]>>;
  /** What a server wrote, secrets masked: lines with their times, in portions. */
  readonly readLog: (server: Pick<McpServer, 'metadata'>, range?: LogRange) => AsyncIterable<readonly string[]>;
  /** Ends every process; resolves when all are gone. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** The platform of a laptop: servers are processes of the user who started Mooring. */
export function openLocalPlatform(options: LocalPlatformOptions): LocalPlatform {
  const { home, guard, publicUrl, inFlight, graceMs = 5000, log } = options;
  const paths = homePaths(home);
  const ports = openPorts();
  guard.protectMarked(`MOORING_IDENTITY_JWKS=${paths.identityJwks}`);
  const rollouts = new Map<string, Rollout>();
  const ended = new Set<Promise<void>>();
  const logs = new Map<string, OutputLog>();
  /** Files of Secrets that were warned of: once is enough. */
  const exposed = new Set<string>();
  const listeners = new Set<(uid: string) => void>();

  function logOf({ namespace, name }: McpServer['metadata']): OutputLog {
    const path = paths.serverLog(namespace, name);
    const opened =
      logs.get(path) ?? openOutputLog(path, (error) => log.error({ err: error, path }, 'output of a server is lost'));
    logs.set(path, opened);
    return opened;
  }

  function warnOfExposed(path: string): void {
    if (exposed.has(path)) return;
    exposed.add(path);
    log.warn({ path }, 'other users have rights to this file of a Secret: chmod 600 it');
  }

  async function launch(server: McpServer, port: number): Promise<ProcessSpec | Cause> {
    const { namespace, name } = server.metadata;
    const cwd = paths.serverHome(namespace, name);
    const machine = machineVariables(options.binFolder, cwd);
    const folder = resolve(dirname(server.origin?.file ?? ''));
    const [command, secrets] = await Promise.all([
      findProgram(server.spec.binary ?? '', { path: machine.PATH, folder }),
      readSecrets(secretsOf(server), paths.secretFolder, warnOfExposed),
    ]);
    if (typeof command !== 'string') return command;
    return buildProcess(server, {
      command,
      cwd,
      host: HOST,
      port,
      publicUrl: publicUrl(),
      identityJwks: paths.identityJwks,
      machine,
      secrets,
      secretPlace: (secret, key) => (key === undefined ? paths.secretFolder(secret) : paths.secret(secret, key)),
    });
  }

  function openRolloutOf({ metadata }: McpServer): Rollout {
    const owner = `${metadata.namespace}/${metadata.name}`;
    return openRollout({
      start: (program, after) =>
        startSupervisor({
          launch: program.launch,
          ports,
          owner,
          wantedPort: program.port,
          after,
          guard,
          log: logOf(metadata),
          onChange: () => {
            for (const listener of listeners) listener(metadata.uid);
          },
        }),
      drained: async (url, signal) => drained(url, signal, inFlight),
      graceMs,
    });
  }

  function remove(uid: string): void {
    const rollout = rollouts.get(uid);
    if (!rollout) return;
    rollouts.delete(uid);
    const end = rollout.stop().finally(() => ended.delete(end));
    ended.add(end);
  }

  return {
    exposure:
      'It does not verify Mooring-Identity: every program on this computer can call it past the gateway, whatever spec.oauth says.',
    review,
    build: (server) =>
      server.spec.enabled
        ? {
            server: qualifiedName(server),
            revision: processRevision(server, publicUrl()),
            generation: server.metadata.generation,
            what: [server.spec.binary, ...(server.spec.args ?? [])].join(' '),
            port: server.spec.port,
            path: server.spec.path,
            logPath: paths.serverLog(server.metadata.namespace, server.metadata.name),
            launch: async (port) => launch(server, port),
          }
        : undefined,
    async apply(server, program) {
      const { uid } = server.metadata;
      const rollout = rollouts.get(uid) ?? openRolloutOf(server);
      rollouts.set(uid, rollout);
      rollout.apply(program);
      return undefined;
    },
    keep: ({ metadata }) => rollouts.has(metadata.uid),
    async prune(uid, program) {
      if (program) rollouts.get(uid)?.prune(program);
      else remove(uid);
    },
    forget: remove,
    observe: (uid) => rollouts.get(uid)?.observe() ?? { instances: [], replicas: 0 },
    admit: async (uid, instances) => rollouts.get(uid)?.admit(instances),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    runs: async () => measuredRuns([...rollouts].map(([uid, rollout]) => [uid, rollout.runs()])),
    readLog: ({ metadata }, range) => readLog(logOf(metadata), range),
    async stop() {
      for (const uid of rollouts.keys()) remove(uid);
      await Promise.all(ended);
      await Promise.all([...logs.values()].map(async (each) => each.close()));
    },
  };
}

function review(server: McpServer): Review {
  const { notSupportedYet, withoutEffect } = supportedFields(server.spec, 'laptop');
  const ignored = [...withoutEffect, ...reservedVariables(server).map((path) => `${path}, which Mooring itself sets`)];
  const refusal = notSupported(notSupportedYet) ?? needsBinary(server);
  return { ...(refusal && { refusal }), withoutEffect: ignored };
}

function notSupported(fields: readonly string[]): Cause | undefined {
  if (fields.length === 0) return undefined;
  const others = fields.filter((field) => !INSTEAD.has(field));
  const ways = fields.flatMap((field) => INSTEAD.get(field) ?? []);
  if (others.length > 0) ways.push(`Leave out ${others.join(', ')} to run this server here.`);
  return { reason: 'NotSupported', message: `Not supported yet: ${fields.join(', ')}. ${ways.join(' ')}` };
}

/** What to do where leaving a field out makes no server that works. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['spec.transport', 'Run a server that speaks streamable HTTP, and leave spec.transport out.'],
]);

function needsBinary({ spec }: McpServer): Cause | undefined {
  if (spec.binary !== undefined) return undefined;
  return {
    reason: 'NeedsBinary',
    message:
      'Without containers, Mooring starts a program: give one in spec.binary (on a cluster, spec.image is enough).',
  };
}
