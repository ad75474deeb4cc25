import { conditionOf, isTrue } from '../../../crds/condition-of.ts';
import { printable } from '../../../crds/problem.ts';
import { manifestOf } from '../manifest-of.ts';
import type { Check } from '../check.ts';
import { broken, type Break } from '../link.ts';
import { operatorBreak } from '../operator-break.ts';
import { toldBreak } from '../trouble.ts';
import type { Subject } from '../subject.ts';

/** An operator looks at it and has taken it on. */
export const accepted: Check = async (subject, signal) => {
  const { server, place } = subject;
  // First, because a manifest with a wrong package would not run anywhere, whatever is supported here.
  const missing = await missingPackage(subject);
  if (missing) return missing;
  const told = toldBreak(subject, 'accepted');
  if (told) return told;
  const condition = conditionOf(server.status, 'Accepted');
  if (condition) return isOutdated(subject) ? operatorBreak(subject, signal) : { detail: condition.reason };
  return place.kind === 'gateway' ? undefined : operatorBreak(subject, signal);
};

/** What was looked at is an older edit. */
const isOutdated = ({ server: { metadata, status } }: Subject): boolean =>
  (status?.observedGeneration ?? 0) < (metadata.generation ?? 0);

/** ms. A registry that is not reached says nothing of the package, and less than the link has. */
const PACKAGE_MS = 25_000;

async function missingPackage({ server }: Subject): Promise<Break | undefined> {
  const { registry, name, version } = server.spec.package ?? {};
  // What is ready, its registry has given.
  if (registry === undefined || name === undefined || version === undefined || isTrue(server.status, 'Ready'))
    return undefined;
  // Heavy, and few servers are packages.
  const { packageExists } = await import('../../packages/package-exists.ts');
  const answer = await packageExists({ registry, name, version }, AbortSignal.timeout(PACKAGE_MS));
  if (answer.kind === 'no_package') {
    const { elsewhere } = answer;
    const hint =
      elsewhere === undefined
        ? 'Correct spec.package.name'
        : `Set spec.package.registry to ${elsewhere}, which has a package of that name`;
    return broken('PackageNotFound', `${registry} has no package "${name}".`, `${hint}, in ${manifestOf(server)}.`);
  }
  if (answer.kind === 'no_version') {
    const message = `${registry} has the package "${name}", but not its version ${version}.`;
    const newest = answer.latest === undefined ? '' : ` The newest is ${printable(answer.latest)}.`;
    return broken('PackageNotFound', `${message}${newest}`, `Correct spec.package.version in ${manifestOf(server)}.`);
  }
  return undefined;
}
