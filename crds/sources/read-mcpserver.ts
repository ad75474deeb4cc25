import { deeperThan, MAX_DEPTH } from '../deeper-than.ts';
import { explainIssue } from '../explain-issue.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { API_VERSION, KIND, McpServerSpec, qualifiedName, type McpServer } from '../mcpserver.ts';
import { McpServerStatus } from '../mcpserver-status.ts';
import { isObject } from '../path-pattern.ts';
import { formatPath, type Finding, type Problem } from '../problem.ts';
import { brokenRules } from '../rules.ts';
import { withoutIssues } from './without-issues.ts';

export interface ReadMcpServer {
  readonly server: McpServer;
  /** What could not be read; empty where everything could. */
  readonly problems: readonly Problem[];
}

/**
 * A server as the API server stores it. It was admitted by the definition in the cluster, which may be older or newer than this code: what cannot be
 * read counts as absent, and as closed where absence would open something. Never throws. `before`: what was read of it last.
 */
export function readMcpServer({ metadata, spec, status }: KubernetesObject, before?: ReadMcpServer): ReadMcpServer {
  const { name, namespace = 'default', labels, annotations } = metadata;
  const { uid = '', generation = 0, resourceVersion = '', creationTimestamp = '' } = metadata;
  const known = before?.server.metadata;
  // The generation grows with every change of the spec.
  const same = before && known?.uid === uid && known.generation === generation ? before : undefined;
  const { spec: wanted, findings } = same
    ? { spec: same.server.spec, findings: [] }
    : readSpec(isObject(spec) ? spec : {});
  // Only the operator writes it; another version of it may have written what this one does not know.
  const found = status === undefined ? undefined : withoutIssues(McpServerStatus, status);
  const server: McpServer = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      uid,
      generation,
      resourceVersion,
      creationTimestamp,
    },
    spec: wanted,
    ...(found && { status: found }),
  };
  return { server, problems: same ? same.problems : problemsOf(server, findings) };
}

type Fields = Readonly<Record<string, unknown>>;

/** What stands for a field that cannot be read and whose absence would open something. */
const CLOSED: Fields = {
  // `admin` grants everything: nobody else gets in.
  oauth: { required: true, scopes: ['admin'] },
  network: { egress: [] },
};

function readSpec(stored: Fields): { spec: McpServerSpec; findings: readonly Finding[] } {
  const shallow = Object.entries(stored).filter(([, value]) => !deeperThan(value, MAX_DEPTH));
  const tooDeep = Object.keys(stored).filter((name) => !shallow.some(([field]) => field === name));
  const parsed = McpServerSpec.safeParse(Object.fromEntries(shallow));
  if (parsed.success && tooDeep.length === 0) return { spec: parsed.data, findings: [] };

  const findings = [
    ...tooDeep.map((name) => ({
      path: [name],
      message: 'is nested too deeply',
      hint: `at most ${MAX_DEPTH} levels are read`,
    })),
    ...(parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, McpServerSpec, stored)),
  ];
  // Every field of the spec may be absent.
  const unread = new Set(findings.map(({ path }) => path[0]));
  const rest = shallow.filter(([name]) => !unread.has(name));
  const closed = Object.entries(CLOSED).filter(([name]) => unread.has(name));
  return { spec: McpServerSpec.parse(Object.fromEntries([...rest, ...closed])), findings };
}

const problemsOf = (server: McpServer, findings: readonly Finding[]): readonly Problem[] =>
  [...findings.map((finding) => ({ ...finding, path: ['spec', ...finding.path] })), ...brokenRules(server)].map(
    ({ path, message, hint }) => ({ file: qualifiedName(server), line: 0, path: formatPath(path), message, hint }),
  );
