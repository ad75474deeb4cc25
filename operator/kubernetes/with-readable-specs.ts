import { formatProblem } from '../../crds/problem.ts';
import type { OperatorSource } from '../reconcile.ts';
import type { Platform } from '../platform.ts';

/**
 * A spec that another version of the definition admitted, and that this one can read only in part, becomes no pod: what cannot be read may be what
 * protects the server. What serves already serves on.
 */
export function withReadableSpecs<Wanted>(
  platform: Platform<Wanted>,
  source: Pick<OperatorSource, 'problemOf'>,
): Platform<Wanted> {
  return {
    ...platform,
    review(server) {
      const problems = source.problemOf(server.metadata.uid);
      if (problems.length === 0) return platform.review(server);
      const list = problems.map(formatProblem).join('\n');
      const message = `This version of Mooring cannot read the whole spec; upgrade it, or correct:\n${list}`;
      return { refusal: { reason: 'InvalidManifest', message }, withoutEffect: [] };
    },
  };
}
