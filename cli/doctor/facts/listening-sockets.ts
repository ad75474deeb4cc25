import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { familyOf } from './family-of.ts';

/** Where a process takes connections. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/**
 * The TCP sockets on which these processes and their descendants listen, since a program may be started by a script. Undefined where that cannot be
 * seen: they belong to somebody else, or the system has neither /proc nor lsof.
 */
export async function listeningSockets(
  pids: readonly number[],
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Listening[] | undefined> {
  try {
    return platform === 'linux' ? await fromProc(await familyOf(pids)) : await fromLsof(pids);
  } catch {
    return undefined;
  }
}

/** proc(5): the descriptors of a process name inodes of sockets, the tables of its network namespace say what these are. */
async function fromProc(pids: readonly number[]): Promise<readonly Listening[]> {
  const [first] = pids;
  const inodes = new Set((await Promise.all(pids.map(socketsOf))).flat());
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map(async (name) => readFile(`/proc/${first}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table) => listeningIn(table, inodes));
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map(async (fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** `st` of a listening socket (include/net/tcp_states.h). */
const LISTEN = '0A';

/** Of lines such as `0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 123456 …`, those with one of these inodes. */
export function listeningIn(table: string, inodes: ReadonlySet<string>): readonly Listening[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === LISTEN && inodes.has(inode)
      ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }]
      : [];
  });
}

/** Words of 32 bits in the order of the machine, which is little-endian wherever Node runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.slice(2 * index, 2 * index + 2).join(''));
  return new URL(`http://[${groups.join(':')}]`).hostname;
}

/** macOS has no /proc; its lsof prints `p4711` and `n127.0.0.1:3000` or `n*:3000`. */
async function fromLsof(pids: readonly number[]): Promise<readonly Listening[]> {
  const flags = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-Fn', '-p', pids.join(',')];
  const { stdout } = await promisify(execFile)('lsof', flags, { timeout: 5000 }).catch((error: { code?: unknown }) => {
    // lsof ends with 1 where there is nothing to list.
    if (error.code !== 1) throw error;
    return { stdout: '' };
  });
  return [...stdout.matchAll(/^n(.*):(\d+)$/gm)].map(([, address = '', port]) => ({
    address: address === '*' ? '0.0.0.0' : address,
    port: Number(port),
  }));
}
