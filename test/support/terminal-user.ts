import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, until } from './mooring.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

interface Credential {
  refreshToken: string;
  accessTokens: Record<string, { token: string; expiresAt: number }>;
}

/** A `mooring login` that waits for the browser. */
export interface PendingLogin {
  /** What the person is to open. */
  readonly address: URL;
  readonly end: Promise<{ code: number; stdout: string; stderr: string }>;
}

/** A person with a configuration folder of their own who types commands; nothing of them is on the machine but this. `more` is in their environment too. */
export async function terminalUser(more: NodeJS.ProcessEnv = {}) {
  const config = await mkdtemp(join(tmpdir(), 'mooring-user-'));
  const env = { ...process.env, XDG_CONFIG_HOME: config, MOORING_HOME: undefined, ...more };
  const credentials = join(config, 'mooring', 'credentials.json');
  const read = async () => JSON.parse(await readFile(credentials, 'utf8')) as { gateways: Record<string, Credential> };
  return {
    credentials,
    env,
    mooring: async (...args: string[]) => run(MOORING, args, { env }),
    /** The same in another folder. */
    mooringIn: async (cwd: string, ...args: string[]) => run(MOORING, args, { env, cwd }),
    async login(url: string, flags = ['--no-browser'], onlyHere: NodeJS.ProcessEnv = {}): Promise<PendingLogin> {
      const child = spawn(MOORING, ['login', url, ...flags], {
        env: { ...env, ...onlyHere },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const end = once(child, 'close').then(([code]) => ({ code: Number(code), stdout, stderr }));
      const address = (): string | undefined => /^https?:\S+$/m.exec(stderr)?.[0];
      await until(async () => address() !== undefined || child.exitCode !== null, 'the address to open');
      const found = address();
      if (found === undefined) throw new Error(`mooring login ended: ${(await end).stderr}`);
      return { address: new URL(found), end };
    },
    /** Every secret that is kept. */
    secrets: async (): Promise<string[]> =>
      Object.values((await read()).gateways).flatMap(({ refreshToken, accessTokens }) => [
        refreshToken,
        ...Object.values(accessTokens).map(({ token }) => token),
      ]),
    /** As after 15 minutes: new tokens are needed. */
    async forgetAccessTokens(): Promise<void> {
      const content = await read();
      for (const credential of Object.values(content.gateways)) credential.accessTokens = {};
      await writeFile(credentials, JSON.stringify(content));
    },
    mode: async (path: string): Promise<number> => (await stat(path)).mode & 0o777,
    [Symbol.asyncDispose]: async () => rm(config, { recursive: true, force: true }),
  };
}
