import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HomePaths } from '../home.ts';
import { caBundle } from './ca-bundle.ts';
import { headerFields } from './header-fields.ts';
import { CredentialsProblem, remoteHost, type RemoteCredentials } from './remote-credentials.ts';

/** Bytes of a Secret or a ConfigMap: on a cluster it holds no more in all. */
const MAX_BYTES = 1024 * 1024;

/** Which host a Secret's folder is for: one line. */
const HOST_FILE = '.remote-host';

/** Credentials from the state folder: a Secret is a folder with a file for each header, a ConfigMap one with certificates. */
export function directoryCredentials(paths: Pick<HomePaths, 'secretFolder' | 'configMapFolder'>): RemoteCredentials {
  return {
    async headers(server) {
      const name = server.spec.remote?.headersFrom?.secretRef.name;
      if (name === undefined) return {};
      const folder = paths.secretFolder(name);
      const keys = await filesOf(folder);
      if (!keys) {
        throw new CredentialsProblem(
          'SecretMissing',
          `Secret "${name}" is not there. Make the folder ${folder} with a file for each header: its name is the name of the header, its content the value (mode 0600); ` +
            bindingAdvice(folder, remoteHost(server)),
        );
      }
      await checkBinding(folder, remoteHost(server));
      return headerFields(keys, `Secret "${name}" (${folder})`);
    },
    async ca(server) {
      const name = server.spec.remote?.caBundleFrom?.configMapRef.name;
      if (name === undefined) return undefined;
      const folder = paths.configMapFolder(name);
      const files = await filesOf(folder);
      if (!files) {
        throw new CredentialsProblem(
          'ConfigMapMissing',
          `ConfigMap "${name}" is not there. Make the folder ${folder} with a file of the certificates (PEM) that vouch for ${remoteHost(server)}.`,
        );
      }
      return caBundle([...files.values()], `ConfigMap "${name}" (${folder})`);
    },
  };
}

async function checkBinding(folder: string, host: string): Promise<void> {
  const bound = (await readFile(join(folder, HOST_FILE), 'utf8').catch(() => '')).trim();
  if (bound === host) return;
  const found =
    bound === '' ? 'does not say which host it is for' : `is for the host "${bound.slice(0, 253)}", not for "${host}"`;
  throw new CredentialsProblem(
    'HostNotBound',
    `The Secret in ${folder} ${found}. If it is meant for this server, ${bindingAdvice(folder, host)}`,
  );
}

const bindingAdvice = (folder: string, host: string): string => `write "${host}" into ${join(folder, HOST_FILE)}.`;

/** Contents by name; hidden files are none of it. Undefined where there is no such folder. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return undefined;
  const files = new Map<string, string>();
  for (const name of names.filter((each) => !each.startsWith('.')).sort()) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() && found.size <= MAX_BYTES) files.set(name, await readFile(path, 'utf8'));
  }
  return files;
}
