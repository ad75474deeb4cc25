import { headersSecret, type Draft, type Note } from './draft.ts';

/** How to make each Secret that a server needs: on a cluster, and on a laptop. Values never go onto a command line, where process lists show them. */
export function secretAdvice({ name, namespace, secrets, spec }: Draft): Note[] {
  const bySecret = Map.groupBy(secrets, ({ secret }) => secret);
  const inNamespace = namespace === undefined ? '' : ` -n ${namespace}`;
  return [...bySecret].map(([secret, needs]) => {
    const keys = [...new Set(needs.map(({ key }) => key))];
    const lines = keys.map((key) => `\`${key}=…\``).join(', ');
    const isHeaders = secret === headersSecret(name);
    const host = isHeaders && spec.remote ? URL.parse(spec.remote.url)?.host : undefined;
    return {
      field: `secret ${secret}`,
      message:
        `is yours to make, because no secret stands in a manifest. Cluster: write ${lines} into a file, then ` +
        `\`kubectl create secret generic ${secret}${inNamespace} --from-env-file=FILE\`` +
        (host === undefined
          ? ''
          : ` and \`kubectl annotate secret ${secret}${inNamespace} mooring.dev/remote-host=${host}\``) +
        `. Laptop: the file${keys.length === 1 ? '' : 's'} ${keys.map((key) => `$MOORING_HOME/secrets/${secret}/${key}`).join(', ')} (mode 0600)` +
        (host === undefined ? '' : `, and .remote-host beside it with \`${host}\``),
      at: isHeaders ? ['spec', 'remote'] : ['spec', 'env'],
    };
  });
}
