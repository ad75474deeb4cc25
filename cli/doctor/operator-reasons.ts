import type { Cause } from './causes.ts';
import type { LinkName } from './link.ts';

/** Where in the chain a reason of the condition Ready belongs. */
interface Place {
  readonly link: LinkName;
  /** Ours, where the issue has a name for it; else the operator's reason is the cause. */
  readonly cause?: Cause;
}

const at = (link: LinkName, ...reasons: readonly string[]): readonly (readonly [string, Place])[] =>
  reasons.map((reason) => [reason, { link }]);

/**
 * Every reason that the operator gives for not being Ready (a test compares it with the operator's sources). What is wrong and what to do, its message
 * says; doctor adds where that is.
 */
const REASONS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['Disabled', { link: 'manifest', cause: 'NotEnabled' }],
  ...at('manifest', 'InvalidManifest'),
  ...at('accepted', 'NameTaken', 'NotSupported', 'PreviousHolds', 'Conflict', 'OldChildRemains', 'MissingRights'),
  ...at('accepted', 'InvalidUrl', 'InvalidVolume', 'InvalidEgress', 'InvalidPodTemplate', 'InvalidPod'),
  ['ImagePullFailed', { link: 'program', cause: 'ImageMissing' }],
  ...at('program', 'NeedsImage', 'NeedsBinary', 'BinaryNotFound', 'BinaryNotExecutable'),
  ...at('process', 'ProcessExited', 'CrashLooping', 'OutOfMemory', 'ScaledToZero', 'Evicted', 'PodFailed', 'NotReady'),
  ...at('process', 'SecretMissing', 'ConfigMapMissing', 'VolumeNotMounted', 'RunsAsRoot', 'ContainerConfigInvalid'),
  ...at('process', 'ContainerNotStarted', 'Unschedulable', 'QuotaExceeded', 'LimitRangeExceeded', 'PodSecurityDenied'),
  ...at('process', 'AdmissionUnavailable', 'ForbiddenByAdmission', 'PodNotCreated', 'Progressing', 'PreviousServes'),
  ...at('port', 'PortNotOpened', 'NoFreePort', 'RemoteUnreachable', 'TargetRefused', 'CertificateNotTrusted'),
  ...at('port', 'InvalidCaBundle', 'InvalidHeaders', 'AccessMissing', 'HostNotBound', 'GatewayUnknown'),
  ...at('mcp', 'NoAnswer', 'NotAnswering', 'ServerError', 'Unauthorized', 'NotMcp', 'ProbeBroken', 'Starting'),
  ...at('tools', 'RuleWithoutTool'),
]);

/** One reason of the operator stands for several causes of ours: its words tell them apart (a test compares them with the operator's). */
const WORDS: readonly (readonly [RegExp, Cause])[] = [
  [/no answer came in time/, 'Timeout'],
  [/nothing listens/i, 'ConnectionRefused'],
];
const WORDED: ReadonlySet<string> = new Set(['NoAnswer', 'NotAnswering', 'RemoteUnreachable']);

/** Where a reason belongs; what a newer operator says and we do not know is told where things run. */
export function placeOf(reason: string, message: string): Required<Omit<Place, 'cause'>> & { readonly cause: string } {
  const { link, cause } = REASONS.get(reason) ?? { link: reason.startsWith('Invalid') ? 'accepted' : 'process' };
  const worded = WORDED.has(reason) ? WORDS.find(([words]) => words.test(message))?.[1] : undefined;
  return { link, cause: cause ?? worded ?? reason };
}

export const isKnownReason = (reason: string): boolean => REASONS.has(reason);
