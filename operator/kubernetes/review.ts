import type { McpServer } from '../../crds/mcpserver.ts';
import { supportedFields } from '../../crds/supported-fields.ts';
import type { Cause } from '../cause.ts';
import type { Review } from '../platform.ts';
import { parseAddressBlock } from '../resources/address-block.ts';
import { reservedVariables } from '../resources/environment.ts';
import { podTemplateProblem } from './pod-template-problem.ts';

/** What a cluster makes of the fields of a manifest. Pure. */
export function review(server: McpServer): Review {
  const { notSupportedYet, withoutEffect } = supportedFields(server.spec, 'cluster');
  const ignored = [...withoutEffect, ...reservedVariables(server).map((path) => `${path}, which Mooring itself sets`)];
  const refusal = notSupported(notSupportedYet) ?? needsImage(server) ?? badTemplate(server) ?? badEgress(server);
  return { ...(refusal && { refusal }), withoutEffect: ignored };
}

function notSupported(fields: readonly string[]): Cause | undefined {
  if (fields.length === 0) return undefined;
  const list = fields.join(', ');
  return { reason: 'NotSupported', message: `Not supported yet: ${list}. Leave out ${list} to run this server here.` };
}

function needsImage({ spec }: McpServer): Cause | undefined {
  if (spec.image !== undefined || spec.remote) return undefined;
  return {
    reason: 'NeedsImage',
    message:
      'On a cluster, servers run in containers: give the image in spec.image (spec.binary names a program in it).',
  };
}

function badTemplate({ spec }: McpServer): Cause | undefined {
  const problem = podTemplateProblem(spec.podTemplate ?? {});
  if (problem === undefined) return undefined;
  return { reason: 'InvalidPodTemplate', message: `spec.podTemplate is no part of a PodTemplateSpec: ${problem}.` };
}

function badEgress({ spec }: McpServer): Cause | undefined {
  const bad = spec.network?.egress.find(({ cidr }) => !parseAddressBlock(cidr));
  if (!bad) return undefined;
  return {
    reason: 'InvalidEgress',
    message: `spec.network.egress: "${bad.cidr}" is no address block; for example 203.0.113.0/24.`,
  };
}
