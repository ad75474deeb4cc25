import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Examination } from '../../../cli/doctor/chain.ts';
import type { Diagnosis } from '../../../cli/doctor/report.ts';
import { run } from '../mooring.ts';
import { trustingEdge } from './trusting-edge.ts';

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
    const tokenFile = join(folder, 'token');
    if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
    const tokenFlags = token === undefined ? [] : ['--token-file', tokenFile];
    const [program = '', ...argv] = [...by, 'bin/mooring', 'doctor', name, '-o', 'json', ...flags, ...tokenFlags];
    // Nobody has signed in to the edge: its port is new.
    const env = {
      ...(await trustingEdge(folder)),
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
