import type { Cause } from './causes.ts';
import type { LinkName } from './link.ts';

/** Where in the chain a reason of the condition Ready belongs. */
interface ReasonPlace {
  readonly link: LinkName;
  /** Ours, where the issue has a name for it; else the operator's reason is the cause. */
  readonly cause?: Cause;
}

const at = (link: LinkName, ...reasons: readonly string[]): readonly (readonly [string, ReasonPlace])[] =>
  reasons.map((reason) => [reason, { link }]);

/**
 * Every reason that the operator gives for not being Ready (a test compares it with the operator's sources). What is wrong and what to do, its message
 * says; doctor adds where that is.
 */
export const OPERATOR_REASONS: ReadonlyMap<string, ReasonPlace> = new Map<string, ReasonPlace>([
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
