import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Examination } from '../../../cli/doctor/chain.ts';
import type { Diagnosis } from '../../../cli/doctor/report.ts';
import { run } from '../mooring.ts';

export interface Examined {
  readonly code: number;
  readonly server: Examination | undefined;
  /** Everything that it wrote. */
  readonly output: string;
}

interface DoctorRun {
  readonly token?: string;
  readonly flags?: readonly string[];
  /** What to start it by: `faketime …`. */
  readonly by?: readonly string[];
}

/** `mooring doctor NAME` on the cluster of KUBECONFIG, by somebody who trusts the edge. */
export async function runDoctor(name: string, { token, flags = [], by = [] }: DoctorRun = {}): Promise<Examined> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-doctor-'));
  try {
    const certificate = join(folder, 'edge.crt');
    // What this machine trusts already, its package manager may need.
    const { NODE_EXTRA_CA_CERTS: own } = process.env;
    const trusted = own ? await readFile(own, 'utf8') : '';
    await writeFile(certificate, `${trusted}\n${inject('cluster').certificate}`);
    const tokenFile = join(folder, 'token');
    if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
    const tokenFlags = token === undefined ? [] : ['--token-file', tokenFile];
    const [program = '', ...argv] = [...by, 'bin/mooring', 'doctor', name, '-o', 'json', ...flags, ...tokenFlags];
    // Nobody has signed in to the edge: its port is new.
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: certificate,
      MOORING_PLACE: 'cluster',
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
    };
    const { code, stdout, stderr } = await run(program, argv, { env });
    const [server] = stdout === '' ? [] : (JSON.parse(stdout) as Diagnosis).servers;
    return { code, server, output: stdout + stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
