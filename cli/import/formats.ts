import { isObject } from '../../crds/path-pattern.ts';
import { printable } from '../../crds/problem.ts';
import { Failure } from '../../core/failure.ts';
import type { FoundServer, Format } from './format.ts';
import { clientConfig } from './formats/client-config.ts';
import { kmcp } from './formats/kmcp.ts';
import { originalService } from './formats/original-service.ts';
import { registryServer } from './formats/registry-server.ts';
import { toolhive } from './formats/toolhive.ts';
import type { SourceValue } from './parse-source.ts';

/** In the order of how sure each is of its own. */
const FORMATS: readonly Format[] = [toolhive, kmcp, originalService, clientConfig, registryServer];

/** Every server in the values. Throws `unknown_format` for a named file that is of no format, or where folders hold none. */
export function findServers(values: readonly SourceValue[]): FoundServer[] {
  const byFormat = Map.groupBy(values, ({ value }) => FORMATS.find(({ recognizes }) => recognizes(value)));
  const unknown = byFormat.get(undefined)?.find(({ isNamed }) => isNamed);
  if (unknown)
    throw new Failure('unknown_format', `${printable(unknown.file)} holds ${contentOf(unknown.value)}. ${KNOWN}`);
  const found = FORMATS.flatMap((format) => format.servers(byFormat.get(format) ?? []));
  if (found.length === 0) throw new Failure('nothing_found', `No MCP servers are described there. ${KNOWN}`);
  return found;
}

const KNOWN = `These can be imported: ${FORMATS.map(({ title }) => title).join('; ')}.`;

/** Names of fields only: values may be secret. */
function contentOf(value: unknown): string {
  if (!isObject(value)) return 'no map of fields';
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  if (apiVersion === 'mooring.dev/v1alpha1') return 'a manifest of Mooring already, which `mooring validate` checks';
  if (typeof kind === 'string' && typeof apiVersion === 'string') {
    return `a ${printable(kind)} of ${printable(apiVersion)}`;
  }
  const names = Object.keys(value);
  if (names.length === 0) return 'an empty map';
  const shown = names.slice(0, 5).map(printable).join(', ');
  return `a map of ${shown}${names.length > 5 ? ' …' : ''}`;
}
