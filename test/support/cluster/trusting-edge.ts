import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';

/** The environment of a process that trusts the edge in front of the gateway. `folder` is where its certificate is written, for as long as the process runs. */
export async function trustingEdge(folder: string): Promise<NodeJS.ProcessEnv> {
  // What this machine trusts already, its package manager may need.
  const { NODE_EXTRA_CA_CERTS: own } = process.env;
  const trusted = own ? await readFile(own, 'utf8') : '';
  const certificate = join(folder, 'edge.crt');
  await writeFile(certificate, `${trusted}\n${inject('cluster').certificate}`);
  return { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
}
