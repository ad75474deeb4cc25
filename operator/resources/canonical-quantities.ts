import { canonicalQuantity } from './canonical-quantity.ts';
import type { Container, PodSpec, ResourceRequirements, Volume } from './kubernetes-types.ts';

/** The pod with every quantity as the API server prints it. */
export function canonicalQuantities(pod: PodSpec): PodSpec {
  const { containers, initContainers, volumes, resources } = pod;
  return {
    ...pod,
    containers: containers.map(container),
    ...(initContainers && { initContainers: initContainers.map(container) }),
    ...(volumes && { volumes: volumes.map(volume) }),
    ...(resources && { resources: demands(resources) }),
  };
}

const container = (each: Container): Container => ({
  ...each,
  ...(each.resources && { resources: demands(each.resources) }),
});

function volume(each: Volume): Volume {
  const { emptyDir } = each;
  if (emptyDir?.sizeLimit === undefined) return each;
  return { ...each, emptyDir: { ...emptyDir, sizeLimit: canonicalQuantity(emptyDir.sizeLimit) } };
}

const demands = (resources: ResourceRequirements): ResourceRequirements => ({
  ...resources,
  ...(resources.requests && { requests: canonicalAmounts(resources.requests) }),
  ...(resources.limits && { limits: canonicalAmounts(resources.limits) }),
});

/** Amounts by the name of a resource. */
const canonicalAmounts = (amounts: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, canonicalQuantity(amount)]));
