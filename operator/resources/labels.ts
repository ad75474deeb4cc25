import type { ObjectMeta } from '../../crds/mcpserver.ts';

/** On everything that belongs to a server; with its name as value it selects the pods. */
export const SERVER_LABEL = 'mooring.dev/server';

type Named = { readonly metadata: Pick<ObjectMeta, 'name'> };

/** What selects the pods of a server. A Deployment cannot change its selector, so this never changes either. */
export const selectorLabels = ({ metadata }: Named): Readonly<Record<string, string>> => ({
  [SERVER_LABEL]: metadata.name,
});

/**
 * Labels of every child (kubernetes.io, "Recommended Labels"). The component says that a pod is a server: NetworkPolicies and Services know the
 * gateway and the operator by that label.
 */
export const childLabels = (server: Named): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/component': 'server',
  'app.kubernetes.io/managed-by': 'mooring',
  'app.kubernetes.io/name': server.metadata.name,
  'app.kubernetes.io/part-of': 'mooring',
  ...selectorLabels(server),
});

/** Labels, as a selector is written in text. */
export const selectorText = (server: Named): string =>
  Object.entries(selectorLabels(server))
    .map((pair) => pair.join('='))
    .join(',');
