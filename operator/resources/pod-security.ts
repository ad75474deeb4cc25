import type { PodSecurityContext, SecurityContext } from './kubernetes-types.ts';

/**
 * User and group of every server whose manifest names none; `nonroot` of distroless and Wolfi images. A number is needed: most images name no
 * user, or name one by word, and with `runAsNonRoot` the kubelet starts neither, because it cannot know that they are not root. And images for
 * containers let anyone read their programs, so that one number fits nearly all of them.
 */
const NONROOT = 65_532;

/** What Pod Security *restricted* asks of a pod (kubernetes.io, "Pod Security Standards"), and whose files it writes. */
export const podSecurity = (): PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: NONROOT,
  // Without it the group would be root.
  runAsGroup: NONROOT,
  // Volumes that keep data belong to this group, so that the server can write to them; a large one is not gone through at each start.
  fsGroup: NONROOT,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

/** What Pod Security *restricted* asks of every container. */
export const containerSecurity = (): SecurityContext => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
});
