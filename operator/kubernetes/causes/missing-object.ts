import type { Cause } from '../../cause.ts';

/** How kubelet says that a Secret or a ConfigMap, or a key of one, is not there (k8s.io/kubernetes/pkg/kubelet, pkg/volume). */
const FORMS: readonly RegExp[] = [
  /(?<kind>secret|configmap) "(?<name>[^"]+)" not found/i,
  /couldn't find key (?<key>\S+) in (?<kind>Secret|ConfigMap) [^/\s]+\/(?<name>\S+)/,
  /references non-existent (?<kind>secret|config) key: (?<key>[^\s,]+)/,
];

/** What a pod waits for: a Secret or a ConfigMap that is not there. */
export function missingObject(message: string): Cause | undefined {
  for (const form of FORMS) {
    const { kind, name, key } = form.exec(message)?.groups ?? {};
    if (kind === undefined) continue;
    const what = /^secret$/i.test(kind) ? 'Secret' : 'ConfigMap';
    const object = name === undefined ? `a ${what} that it mounts` : `${what} "${name}"`;
    const missing = key === undefined ? object : `key "${key}" of ${object}`;
    return {
      reason: `${what}Missing`,
      message: `It cannot start without ${missing}. Create it in the namespace of the server; then the server starts by itself.`,
      stalled: true,
    };
  }
  return undefined;
}
