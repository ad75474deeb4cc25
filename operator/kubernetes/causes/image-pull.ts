import { containerOf, keepWords, waitingFor, type PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

/** k8s.io/kubernetes/pkg/kubelet/images/types.go. */
const REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/not present with pull policy|NeverPull/, 'Load it onto the nodes, or let podTemplate say another imagePullPolicy.'],
  [/couldn't parse|invalid reference/i, 'Correct spec.image.'],
  [
    /unauthorized|authentication|denied|forbidden|\b40[13]\b/i,
    'Check the name in spec.image, and name credentials for its registry in spec.imagePullSecrets.',
  ],
  [/not found|manifest unknown|does not exist/i, 'Correct the name or the tag in spec.image.'],
  [
    /dial|lookup|timeout|refused|unreachable|x509|tls|EOF/i,
    'The node does not reach the registry: check its name in spec.image, and the network of the nodes.',
  ],
];

/** The image of a container cannot be had. Between its tries kubelet says ErrImagePull, then ImagePullBackOff: that is the same. */
export const imagePull: PodCause = ({ pod, said }) => {
  const found = waitingFor(pod, REASONS);
  if (!found) return undefined;
  const { container } = found;
  const image = containerOf(pod, container.name)?.image ?? container.image;
  const why = shorten(found.message.replace(/^Back-off pulling image "[^"]*":? ?(?:ErrImagePull: ?)?/, ''));
  const hint = HINTS.find(([seen]) => seen.test(why))?.[1] ?? 'Check spec.image and spec.imagePullSecrets.';
  const reason = 'ImagePullFailed';
  const head = `Image "${image}" cannot be pulled`;
  const before = said(reason);
  // Before Kubernetes 1.32, ImagePullBackOff does not repeat why.
  if (why === '' && before?.startsWith(head)) return { reason, message: before, stalled: true };
  const message = keepWords(head, `${why === '' ? '' : `: ${why}`}. ${hint}`, before);
  return { reason, message, stalled: true };
};
