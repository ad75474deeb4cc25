import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openKubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { createCertificateAuthority, type CertificateAuthority, type Subject } from '../support/certificates.ts';
import type { ApiServerPrograms } from './programs.ts';

export interface ApiServer {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly authority: CertificateAuthority;
  /** Path of the kubeconfig of somebody who may do everything. */
  readonly kubeconfig: string;
  /** Of etcd and kube-apiserver. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** ms. On a quiet machine it takes 3 s. */
const PATIENCE_MS = 60_000;

export interface ApiServerOptions {
  /** Must exist; certificates, data and logs go there. */
  readonly folder: string;
  readonly programs: ApiServerPrograms;
  /** Told of each process as soon as it is there. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Starts etcd and a kube-apiserver on loopback, with RBAC and ServiceAccount tokens, and waits until it is ready. No controllers run: nothing collects
 * garbage, and no pod starts.
 */
export async function startApiServer({ folder, programs, onStart }: ApiServerOptions): Promise<ApiServer> {
  const authority = createCertificateAuthority();
  const [etcdPort, port] = [await freePort(), await freePort()];
  const url = `https://127.0.0.1:${port}`;
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const serving = authority.issue({ commonName: 'kube-apiserver', hosts: ['localhost', '127.0.0.1'] });
  const tokens = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tokenKey = tokens.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  const tokenPublicKey = tokens.publicKey.export({ type: 'spki', format: 'pem' }).toString();

  const etcd = run(folder, programs.etcd, {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': `http://127.0.0.1:${etcdPort}`,
    'advertise-client-urls': `http://127.0.0.1:${etcdPort}`,
    'listen-peer-urls': 'http://127.0.0.1:0',
    'unsafe-no-fsync': 'true',
  });
  const apiServer = run(folder, programs.apiServer, {
    'etcd-servers': `http://127.0.0.1:${etcdPort}`,
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    // Room for a thousand Services.
    'service-cluster-ip-range': '10.0.0.0/16',
    'authorization-mode': 'RBAC',
    // It waits for a controller that gives each namespace a ServiceAccount.
    'disable-admission-plugins': 'ServiceAccount',
    'client-ca-file': await file('ca.crt', authority.cert),
    'tls-cert-file': await file('server.crt', serving.cert),
    'tls-private-key-file': await file('server.key', serving.key),
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-signing-key-file': await file('tokens.key', tokenKey),
    'service-account-key-file': await file('tokens.pub', tokenPublicKey),
  });
  const pids = [etcd, apiServer].flatMap(({ pid }) => pid ?? []);
  for (const pid of pids) onStart?.(pid);
  const kubeconfig = await file('kubeconfig', kubeconfigOf(url, authority, ADMIN));

  const stop = (): Promise<void> => stopAll([apiServer, etcd]);
  try {
    await untilReady(kubeconfig, [etcd, apiServer], folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, authority, kubeconfig, pids, stop };
}

/** The group that RBAC lets do everything. */
const ADMIN: Subject = { commonName: 'admin', organizations: ['system:masters'] };

/** A kubeconfig file (JSON is YAML) of a user with a client certificate. */
export function kubeconfigOf(url: string, authority: CertificateAuthority, user: Subject): string {
  const { cert, key } = authority.issue(user);
  return kubeconfigText(url, authority.cert, {
    'client-certificate-data': Buffer.from(cert).toString('base64'),
    'client-key-data': Buffer.from(key).toString('base64'),
  });
}

/** A kubeconfig file with one cluster and one user. */
export function kubeconfigText(url: string, ca: string, user: Readonly<Record<string, unknown>>): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'default' } }],
    'current-context': 'test',
  });
}

function run(folder: string, program: string, options: Readonly<Record<string, string>>): ChildProcess {
  const log = openSync(logPath(folder, program), 'a');
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] });
  child.on('error', () => {});
  return child;
}

const logPath = (folder: string, program: string): string => join(folder, `${program.split('/').at(-1)}.log`);

async function untilReady(kubeconfig: string, children: readonly ChildProcess[], folder: string): Promise<void> {
  const api = openKubernetesApi({ kubeconfig });
  const deadline = performance.now() + PATIENCE_MS;
  let last: unknown;
  try {
    while (performance.now() < deadline) {
      const gone = children.find(hasEnded);
      if (gone) throw new Error(`${gone.spawnfile} ended:\n${await logEnd(folder, gone.spawnfile)}`);
      try {
        await api.request({ path: '/readyz', timeoutMs: 2000 });
        return;
      } catch (error) {
        last = error;
        await delay(50);
      }
    }
  } finally {
    await api.close();
  }
  throw new Error(
    `kube-apiserver is not ready after ${PATIENCE_MS / 1000} s: ${String(last)}\n${await logEnd(folder, 'kube-apiserver')}`,
  );
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

const logEnd = async (folder: string, program: string): Promise<string> =>
  (await readFile(logPath(folder, program), 'utf8').catch(() => '')).split('\n').slice(-20).join('\n');

/** Nobody needs what is in them: the quick way. */
async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children
      .filter((child) => !hasEnded(child))
      .map(async (child) => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
