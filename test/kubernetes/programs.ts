import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ApiServerPrograms {
  readonly apiServer: string;
  readonly etcd: string;
}

const MODULE = ['go.mod', 'go.sum', 'tools.go'];

/** What `kube-apiserver --version` would say of a release: its build sets the same (hack/lib/version.sh). */
const VERSION = 'v1.35.4';
const [, MAJOR = '', MINOR = ''] = /^v(\d+)\.(\d+)/.exec(VERSION) ?? [];
const VERSION_PACKAGE = 'k8s.io/component-base/version';
const LINK = `-s -w -X ${VERSION_PACKAGE}.gitVersion=${VERSION} -X ${VERSION_PACKAGE}.gitMajor=${MAJOR} -X ${VERSION_PACKAGE}.gitMinor=${MINOR}`;

/**
 * A real kube-apiserver and the etcd that it needs: those in KUBEBUILDER_ASSETS, where that is set, else compiled from the Go modules that are pinned
 * here, once: some minutes. Tells on stderr what it does. Throws where there is neither.
 */
export async function apiServerPrograms(): Promise<ApiServerPrograms> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets) {
    const found = programsIn(assets);
    if (!isThere(found))
      throw new Error(`KUBEBUILDER_ASSETS is ${assets}, which has no kube-apiserver and etcd that can be run`);
    return found;
  }
  const folder = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'mooring',
    `kube-apiserver-${await digest()}`,
  );
  const programs = programsIn(folder);
  if (!isThere(programs)) await compileInto(folder);
  return programs;
}

const programsIn = (folder: string): ApiServerPrograms => ({
  apiServer: join(folder, 'kube-apiserver'),
  etcd: join(folder, 'etcd'),
});

function isThere({ apiServer, etcd }: ApiServerPrograms): boolean {
  try {
    accessSync(apiServer, constants.X_OK);
    accessSync(etcd, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function digest(): Promise<string> {
  const hash = createHash('sha256').update(LINK);
  for (const name of MODULE) hash.update(await readFile(join(import.meta.dirname, name)));
  return hash.digest('hex').slice(0, 12);
}

async function compileInto(folder: string): Promise<void> {
  if (spawnSync('go', ['version']).status !== 0) {
    throw new Error(
      'Tests of Kubernetes need a kube-apiserver: install Go (https://go.dev/dl), which compiles it, or set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd (setup-envtest downloads them)',
    );
  }
  await mkdir(join(folder, '..'), { recursive: true });
  // Beside its place, so that it can be moved there as a whole; the module itself stays as it is checked in.
  const work = await mkdtemp(`${folder}.`);
  try {
    for (const name of MODULE) await cp(join(import.meta.dirname, name), join(work, name));
    const programs = programsIn(join(work, 'bin'));
    tell('Compiling etcd and kube-apiserver, which the tests of Kubernetes need. This takes some minutes, once.');
    await compile('go.etcd.io/etcd/server/v3', programs.etcd, work);
    await compile('k8s.io/kubernetes/cmd/kube-apiserver', programs.apiServer, work);
    // Somebody else may have been faster: theirs is as good.
    await rename(join(work, 'bin'), folder).catch((error: unknown) => {
      if (!isThere(programsIn(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** One line for each tenth of the packages is progress enough. */
async function compile(path: string, program: string, module: string): Promise<void> {
  const started = performance.now();
  const args = ['build', '-v', '-trimpath', '-ldflags', LINK, '-o', program, path];
  const go = spawn('go', args, {
    cwd: module,
    // Nothing that the environment of a person says may change what is built.
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const last: string[] = [];
  let packages = 0;
  for await (const line of createInterface(go.stderr)) {
    last.push(line);
    if (last.length > 20) last.shift();
    if (!line.startsWith('go: ') && ++packages % 200 === 0) tell(`… ${packages} packages of ${path}`);
  }
  const [code] = go.exitCode === null ? ((await once(go, 'exit')) as [number | null]) : [go.exitCode];
  if (code !== 0) throw new Error(`go ${args.join(' ')} failed:\n${last.join('\n')}`);
  tell(`${path}: compiled in ${Math.round((performance.now() - started) / 1000)} s`);
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
