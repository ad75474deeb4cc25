/** What Pod Security `restricted` wants of a pod and of its containers. */
export const RESTRICTED = {
  pod: {
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
  },
  container: {
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  },
} as const;
