import type { McpServer } from '../../crds/mcpserver.ts';
import { supportedFields } from '../../crds/supported-fields.ts';
import type { Cause } from '../cause.ts';
import type { Review } from '../platform.ts';
import { parseAddressBlock } from '../resources/address-block.ts';
import { reservedVariables } from '../resources/environment.ts';
import { identityMount, IDENTITY_VOLUME, TEMPORARY_VOLUME } from '../resources/pod-volumes.ts';
import { podTemplateProblem } from './pod-template-problem.ts';

type Check = (server: McpServer) => Cause | undefined;

/** In this order; the first that has something to say decides. */
const CHECKS: readonly Check[] = [
  notSupported, // fields that nothing implements yet
  needsImage, // what a pod would run
  volumeOfOurs, // names and paths that are taken in every pod
  egressNotUnderstood, // a rule that is left out would close more than it says
  podTemplateNotMergeable,
];

/** What a cluster makes of the fields of a manifest, before anything is asked of it. */
export function review(server: McpServer): Review {
  const found = CHECKS.reduce<Cause | undefined>((first, check) => first ?? check(server), undefined);
  const withoutEffect = [
    ...supportedFields(server.spec, 'cluster').withoutEffect,
    ...reservedVariables(server).map((path) => `${path}, which Mooring itself sets`),
    ...blindAutoscaling(server),
  ];
  return { ...(found && { refusal: found }), withoutEffect };
}

function notSupported({ spec }: McpServer): Cause | undefined {
  const { notSupportedYet } = supportedFields(spec, 'cluster');
  if (notSupportedYet.length === 0) return undefined;
  const others = notSupportedYet.filter((field) => !INSTEAD.has(field));
  const ways = notSupportedYet.flatMap((field) => INSTEAD.get(field) ?? []);
  if (others.length > 0) ways.push(`Leave out ${others.join(', ')} to run this server.`);
  return { reason: 'NotSupported', message: `Not supported yet: ${notSupportedYet.join(', ')}. ${ways.join(' ')}` };
}

/** What to do where leaving a field out makes no server that works. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['spec.package', 'Instead of spec.package, name an image that holds the package in spec.image.'],
  ['spec.remote', 'Instead of spec.remote, name an image in spec.image: Mooring serves only what it starts.'],
  ['spec.transport', 'Run a server that speaks streamable HTTP, and leave spec.transport out.'],
]);

function needsImage({ spec }: McpServer): Cause | undefined {
  if (spec.image !== undefined || spec.remote) return undefined;
  return {
    reason: 'NeedsImage',
    message:
      'On a cluster a server runs in a container: name its image in spec.image (spec.binary then is a program in it).',
  };
}

function volumeOfOurs({ spec }: McpServer): Cause | undefined {
  const index = (spec.volumes ?? []).findIndex(
    ({ name, mountPath }) =>
      name === IDENTITY_VOLUME || name === TEMPORARY_VOLUME || mountPath === identityMount.mountPath,
  );
  if (index < 0) return undefined;
  return refusal(
    'InvalidVolume',
    `spec.volumes[${index}] has a name or path that Mooring uses in every pod: ${IDENTITY_VOLUME}, ${TEMPORARY_VOLUME} and ${identityMount.mountPath} are taken. Choose another.`,
  );
}

function egressNotUnderstood({ spec }: McpServer): Cause | undefined {
  const index = (spec.network?.egress ?? []).findIndex(({ cidr }) => !parseAddressBlock(cidr));
  if (index < 0) return undefined;
  return refusal(
    'InvalidEgress',
    `spec.network.egress[${index}].cidr is no block of addresses. Write one such as 203.0.113.0/24 or 2001:db8::/32.`,
  );
}

function podTemplateNotMergeable({ spec }: McpServer): Cause | undefined {
  const problem = spec.podTemplate && podTemplateProblem(spec.podTemplate);
  return problem === undefined
    ? undefined
    : refusal('InvalidPodTemplate', `${problem}. Correct it as in the pod template of a Deployment.`);
}

const refusal = (reason: string, message: string): Cause => ({ reason, message });

/** An autoscaler measures use in percent of what is requested: without a request it does nothing, and says so only in its own status. */
function blindAutoscaling({ spec }: McpServer): readonly string[] {
  const { autoscaling, resources, podTemplate } = spec;
  if (!autoscaling || podTemplate) return [];
  const isMeasurable = [resources?.requests, resources?.limits].some((amounts) => amounts?.['cpu'] !== undefined);
  return isMeasurable
    ? []
    : ['spec.autoscaling, because without spec.resources.requests.cpu there is nothing to measure by'];
}
