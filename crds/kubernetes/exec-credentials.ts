import { execFile } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** `users[].user.exec` of a kubeconfig file (client.authentication.k8s.io). */
export const ExecConfig = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const ExecCredential = z.object({
  status: z.object({
    expirationTimestamp: z.string().optional(),
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

interface ExecCredentials {
  readonly token: string | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** ms. A plugin may have to ask an identity provider, but nobody at a terminal. */
const PLUGIN_TIMEOUT_MS = 30_000;

/** ms. What expires sooner is not begun to be used: a request may be on its way for that long. */
const MARGIN_MS = 30_000;

/** What a credential plugin gives, kept until it expires. Errors name the command, never what it wrote: that may hold secrets. */
export function execCredentials(config: z.output<typeof ExecConfig>, folder: string) {
  // A command with a slash is relative to the kubeconfig file, one without is looked for in PATH (client-go, "clientcmd").
  const command =
    config.command.includes('/') && !isAbsolute(config.command) ? join(folder, config.command) : config.command;
  let known: ExecCredentials | undefined;
  let pending: Promise<ExecCredentials> | undefined;

  async function run(): Promise<ExecCredentials> {
    const info = { apiVersion: config.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
    const named = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
    const env = { ...process.env, ...named, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    const { stdout } = await promisify(execFile)(command, config.args ?? [], { env, timeout: PLUGIN_TIMEOUT_MS });
    const { status } = ExecCredential.parse(JSON.parse(stdout));
    return {
      token: status.token,
      cert: status.clientCertificateData === undefined ? undefined : Buffer.from(status.clientCertificateData),
      key: status.clientKeyData === undefined ? undefined : Buffer.from(status.clientKeyData),
      expiresAt: status.expirationTimestamp === undefined ? Infinity : Date.parse(status.expirationTimestamp),
    };
  }

  function failed({ code }: { code?: unknown }): never {
    const why = typeof code === 'number' || typeof code === 'string' ? ` (${code})` : '';
    // Without `cause`: it carries the output.
    throw new Error(
      `The credential plugin ${command} of the kubeconfig gave no credentials${why}; run it by hand to see why`,
    );
  }

  /** `anew`: the last ones were not accepted. */
  async function get(anew: boolean): Promise<ExecCredentials> {
    if (pending) return pending;
    if (known && !anew && Date.now() < known.expiresAt - MARGIN_MS) return known;
    try {
      pending = run().catch(failed);
      known = await pending;
      return known;
    } finally {
      pending = undefined;
    }
  }

  return { get };
}
