import { brokenCollections } from './broken-collections.ts';
import { explainIssue } from './explain-issue.ts';
import { API_VERSION, GROUP, KIND, McpServerManifest } from './mcpserver.ts';
import { nearestName } from './nearest-name.ts';
import { isObject } from './path-pattern.ts';
import { formatPath, printable, type Finding, type Problem } from './problem.ts';
import { brokenRules } from './rules.ts';
import { yamlDocuments, type Place } from './yaml-documents.ts';

/** etcd takes no object above 1.5 MiB; a folder's file has no reason to be larger than what a cluster would take. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** A catalogue in one file; each costs a process. */
export const MAX_DOCUMENTS = 256;

/** More than anybody reads. */
const MAX_PROBLEMS = 100;

/** What is found in a document is put in order of lines, so more must be looked at than told; each costs a search for its line. */
const MAX_FINDINGS = 10 * MAX_PROBLEMS;

export interface ParsedManifest {
  readonly manifest: McpServerManifest;
  readonly file: string;
  /** The first line of its document, from 1. */
  readonly line: number;
}

/** A document that is meant to be a McpServer and is none. */
export interface BrokenManifest {
  /** Which server it was meant to be, where that can be seen. */
  readonly name?: string;
  readonly namespace?: string;
  /** Whether it is YAML: if not, it may have swallowed other documents. */
  readonly wellFormed: boolean;
  readonly problems: readonly Problem[];
}

export interface ParsedFile {
  readonly manifests: readonly ParsedManifest[];
  /** Everything that is wrong in the file, by line. */
  readonly problems: readonly Problem[];
  /** The same problems, by document. */
  readonly broken: readonly BrokenManifest[];
}

/**
 * Reads the McpServers of a YAML text with any number of documents. A bad document does not hide a good one; documents of other API groups are
 * skipped. Never throws. `file` is only a name for messages.
 */
export function parseManifests(text: string, file: string): ParsedFile {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) return unreadableFile(file, 'is larger than 1 MiB', 'split it');
  const manifests: ParsedManifest[] = [];
  const broken: BrokenManifest[] = [];
  const found: Problem[] = [];
  let documents = 0;
  for (const document of yamlDocuments(text)) {
    if (++documents > MAX_DOCUMENTS) {
      const rest = unreadableFile(file, `has more than ${MAX_DOCUMENTS} documents`, 'split it');
      broken.push(...rest.broken);
      found.push(...rest.problems);
      break;
    }
    if (document.wellFormed && isForeign(document.value)) continue;
    const { manifest, findings } = document.wellFormed ? judge(document.value) : { findings: [] };
    const problems = [
      ...document.findings.slice(0, MAX_FINDINGS).map((finding) => problemAt(finding, file, finding)),
      ...findings.slice(0, MAX_FINDINGS).map((finding) => problemAt(finding, file, document.place(finding.path))),
    ];
    found.push(...problems);
    if (problems.length > 0) {
      broken.push({
        ...identityIn(document.value),
        wellFormed: document.wellFormed,
        problems: firstOf(problems),
      });
    } else if (manifest) {
      manifests.push({ manifest, file, line: document.place([]).line });
    }
  }
  return { manifests, broken, problems: firstOf(found) };
}

const problemAt = ({ path, message, hint }: Finding, file: string, { line, column }: Place): Problem => ({
  file,
  line,
  column,
  path: formatPath(path),
  message,
  hint,
});

/** What is said of a file that cannot be read at all. */
export function unreadableFile(file: string, message: string, hint: string): ParsedFile {
  const problems: Problem[] = [{ file, line: 1, path: '', message, hint }];
  return { manifests: [], problems, broken: [{ wellFormed: false, problems }] };
}

/** What we have no say in: objects of other API groups. Without an `apiVersion` it may be one of ours. */
function isForeign(value: unknown): boolean {
  const { apiVersion, kind, items } = fieldsOf(value);
  if (typeof apiVersion !== 'string' || groupOf(apiVersion) === GROUP) return false;
  if (kind === KIND && nearestName(groupOf(apiVersion), [GROUP]) !== undefined) return false;
  return kind !== 'List' || !Array.isArray(items) || items.every(isForeign);
}

const groupOf = (apiVersion: string): string => apiVersion.split('/', 1)[0] ?? '';

/** The manifest that a value is, or everything that is wrong with it. */
export function judge(value: unknown): { manifest?: McpServerManifest; findings: Finding[] } {
  const { apiVersion, kind } = fieldsOf(value);
  if (kind === 'List') return { findings: [LIST] };
  // Of another version or kind nothing else can be said.
  if (typeof apiVersion === 'string' && apiVersion !== API_VERSION)
    return { findings: [wrong('apiVersion', apiVersion)] };
  if (typeof kind === 'string' && kind !== KIND) return { findings: [wrong('kind', kind)] };

  const written = withoutServerFields(value);
  const parsed = McpServerManifest.safeParse(written);
  const findings = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => explainIssue(issue, McpServerManifest, written)),
    ...brokenCollections(McpServerManifest, written),
    ...brokenRules(written),
  ];
  return parsed.success && findings.length === 0 ? { manifest: parsed.data, findings } : { findings };
}

const LIST: Finding = {
  path: ['kind'],
  message: 'a List is not read',
  hint: 'write each of its items as a document of its own, with `---` between them',
};

const wrong = (field: 'apiVersion' | 'kind', found: string): Finding => ({
  path: [field],
  message: `\`${printable(found)}\` is not known`,
  hint: `write \`${field}: ${field === 'kind' ? KIND : API_VERSION}\``,
});

/** What `kubectl get -o yaml` prints and no person writes: fields of ObjectMeta that the API server sets or that mean nothing here. */
const SERVER_METADATA = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);

function withoutServerFields(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { status: _, ...written } = value;
  if (!isObject(written['metadata'])) return written;
  const metadata = Object.entries(written['metadata']).filter(([name]) => !SERVER_METADATA.has(name));
  return { ...written, metadata: Object.fromEntries(metadata) };
}

/** Which server the author had in mind. */
function identityIn(value: unknown): { name?: string; namespace?: string } {
  const { name, namespace = 'default' } = fieldsOf(fieldsOf(value)['metadata']);
  return typeof name === 'string' && typeof namespace === 'string' ? { name, namespace } : {};
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

function firstOf(problems: readonly Problem[]): Problem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const last = sorted[MAX_PROBLEMS];
  if (!last) return sorted;
  const more = sorted.length - MAX_PROBLEMS;
  return [
    ...sorted.slice(0, MAX_PROBLEMS),
    { file: last.file, line: last.line, path: '', message: `${more} more problems`, hint: 'repair those above first' },
  ];
}
