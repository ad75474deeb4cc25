import type { ServerView } from '../places/place.ts';
import { looksSecret, looksSecretAlone } from '../../core/secret-like.ts';

const MASK = '***';

/** A server for who may not read its secrets: each value of its manifest that looks like one is masked. A heuristic, as in `mooring import`. */
export const maskValues = <Server extends Pick<ServerView, 'metadata' | 'spec'>>(server: Server): Server => ({
  ...server,
  metadata: masked('', server.metadata, new Set(['uid', 'resourceVersion'])) as Server['metadata'],
  spec: masked('', server.spec) as Server['spec'],
});

/** The whole manifest once more, in one text, as `kubectl apply` keeps it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** `name`: what the value is called where it stands; `open`: fields that tell nothing secret and look random. */
function masked(name: string, value: unknown, open: ReadonlySet<string> = new Set()): unknown {
  if (typeof value === 'string') return isSecret(name, value) ? MASK : value;
  // `--token x`: what stands before names it.
  if (Array.isArray(value)) return value.map((entry, index) => masked(nameBefore(value, index), entry));
  if (typeof value !== 'object' || value === null) return value;
  const named = 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) =>
      open.has(key) ? [key, entry] : [key, masked(key === 'value' && named !== undefined ? named : key, entry)],
    ),
  );
}

const nameBefore = (list: readonly unknown[], index: number): string => {
  const before = list[index - 1];
  return typeof before === 'string' && before.startsWith('-') ? before : '';
};

/** `name=value` and `--name=value` are both in one. */
function isSecret(name: string, value: string): boolean {
  const [, flag = '', given = ''] = /^-{0,2}([\w.-]+)=(.+)$/s.exec(value) ?? [];
  if (name === LAST_APPLIED) return true;
  return REFERENCES.has(name) ? looksSecretAlone(value) : looksSecret(name, value) || looksSecret(flag, given);
}

/** Fields whose names sound secret, and whose values are names of Secrets. */
const REFERENCES: ReadonlySet<string> = new Set(['secretName', 'name', 'key', 'tokenUrl', 'authorizationUrl']);
