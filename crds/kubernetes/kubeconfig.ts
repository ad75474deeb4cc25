import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { describeYamlError } from '../yaml-errors.ts';
import { authProvider } from './auth-provider.ts';
import type { ClusterConnection, TlsIdentity } from './connection.ts';
import { execCredentials, ExecConfig } from './exec-credentials.ts';
import { freshFile } from './fresh-file.ts';

/** Empty is absent, as in client-go. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

const Cluster = z.object({
  server: z.url(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': text,
  'proxy-url': z.undefined({ error: 'is not supported' }).optional(),
});

const User = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  exec: ExecConfig.optional(),
  as: text,
  'auth-provider': z.looseObject({ name: z.string() }).optional(),
});

const named = (key: 'cluster' | 'user' | 'context') =>
  z
    .array(z.looseObject({ name: z.string() }))
    .nullish()
    .transform((entries) => new Map((entries ?? []).map((entry) => [entry.name, entry[key]])));

const Kubeconfig = z.object({
  'current-context': text,
  clusters: named('cluster'),
  users: named('user'),
  contexts: named('context'),
});

const Context = z.object({ cluster: z.string(), user: z.string().optional(), namespace: text });

/**
 * The cluster and user of a context of kubeconfig files; of two entries with one name the first counts, as kubectl merges them. Throws an Error that
 * names the file or the entry.
 */
export function kubeconfigConnection(paths: readonly string[], contextName?: string): ClusterConnection {
  const files = paths.map((path) => readKubeconfig(path));
  const chosen = contextName ?? files.map((file) => file['current-context']).find((name) => name !== undefined);
  if (chosen === undefined)
    throw new Error(`${paths.join(', ')}: no current-context; choose one with kubectl config use-context`);

  function find<Entry>(group: 'contexts' | 'clusters' | 'users', name: string, schema: z.ZodType<Entry>) {
    const file = files.find((each) => each[group].has(name));
    if (!file) throw new Error(`${paths.join(', ')}: ${group} has no entry ${JSON.stringify(name)}`);
    const found = schema.safeParse(file[group].get(name) ?? {});
    if (!found.success)
      throw new Error(`${file.path}: ${group}, entry ${JSON.stringify(name)}: ${z.prettifyError(found.error)}`);
    return { entry: found.data, folder: dirname(resolve(file.path)) };
  }

  const context = find('contexts', chosen, Context).entry;
  const cluster = find('clusters', context.cluster, Cluster);
  const user = context.user === undefined ? { entry: User.parse({}), folder: '.' } : find('users', context.user, User);
  const fixed = {
    servername: cluster.entry['tls-server-name'],
    rejectUnauthorized: !cluster.entry['insecure-skip-tls-verify'],
  };
  const ca = material(
    cluster.entry['certificate-authority-data'],
    cluster.entry['certificate-authority'],
    cluster.folder,
  );
  const cert = material(user.entry['client-certificate-data'], user.entry['client-certificate'], user.folder);
  const key = material(user.entry['client-key-data'], user.entry['client-key'], user.folder);
  const tokenFile =
    user.entry.tokenFile === undefined ? undefined : freshFile(resolve(user.folder, user.entry.tokenFile));
  const exec = user.entry.exec && execCredentials(user.entry.exec, user.folder);
  const provider = user.entry['auth-provider'] && authProvider(paths, chosen);
  let identity: TlsIdentity = {};

  return {
    server: cluster.entry.server.replace(/\/+$/, ''),
    namespace: context.namespace,
    async tls() {
      const plugin = await exec?.get(false);
      const next = {
        ...fixed,
        ca: await ca(),
        cert: plugin?.cert ?? (await cert()),
        key: plugin?.key ?? (await key()),
      };
      if (next.ca !== identity.ca || next.cert !== identity.cert || next.key !== identity.key) identity = next;
      return identity;
    },
    async headers(anew) {
      // As in client-go the file wins over the text.
      const token =
        (await tokenFile?.read(anew))?.toString().trim() ?? user.entry.token ?? (await exec?.get(anew))?.token;
      const authorization = token === undefined ? await provider?.() : `Bearer ${token}`;
      return {
        ...(authorization !== undefined && { authorization }),
        ...(user.entry.as !== undefined && { 'impersonate-user': user.entry.as }),
      };
    },
  };
}

/** Base64 in the file itself, or a path beside it; the former wins, as in client-go. */
function material(
  data: string | undefined,
  path: string | undefined,
  folder: string,
): () => Promise<Buffer | undefined> {
  if (data !== undefined) {
    const bytes = Buffer.from(data, 'base64');
    return async () => bytes;
  }
  if (path === undefined) return async () => undefined;
  const file = freshFile(resolve(folder, path));
  return () => file.read();
}

/** No error of the YAML library goes on, neither as text nor as `cause`: they repeat lines of the file, and those hold tokens and keys. */
function readKubeconfig(path: string) {
  const found = Kubeconfig.safeParse(parseYaml(path));
  if (!found.success) throw new Error(`${path} is no kubeconfig file: ${z.prettifyError(found.error)}`);
  return { path, ...found.data };
}

function parseYaml(path: string): unknown {
  const document = parseDocument(textOf(path), { logLevel: 'error' });
  const [error] = document.errors;
  if (error) {
    const { message, hint } = describeYamlError(error.code);
    throw new Error(`${path} is no kubeconfig file: line ${error.linePos?.[0].line ?? 1}: ${message}; ${hint}`);
  }
  try {
    return document.toJS();
  } catch {
    const { message, hint } = describeYamlError('BAD_ALIAS');
    throw new Error(`${path} is no kubeconfig file: ${message}; ${hint}`);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The kubeconfig file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}
