import { API_VERSION, KIND, McpServerSpec } from '../../crds/mcpserver.ts';
import { supportedFields } from '../../crds/supported-fields.ts';
import { parseManifests } from '../../crds/validate.ts';
import { isObject } from '../../crds/path-pattern.ts';
import type { Draft, ManifestInput, Note, SecretKey } from './draft.ts';
import { fitManifest } from './fit-manifest.ts';
import { manifestText } from './manifest-text.ts';
import { NotCarriedOver } from './not-carried-over.ts';
import { secretAdvice } from './secret-advice.ts';

export interface ImportedServer {
  readonly manifest: ManifestInput;
  readonly notes: readonly Note[];
  /** The manifest as YAML, with the notes as comments. */
  readonly text: string;
  /** What the Secrets of the server have to hold. */
  readonly secrets: readonly SecretKey[];
}

/** The valid manifest that a draft makes. Throws NotCarriedOver where there is none. */
export function finishDraft(draft: Draft): ImportedServer {
  const { manifest, notes: leftOut } = fitManifest(writtenManifest(draft));
  const fitted = manifest as ManifestInput;
  const secrets = draft.secrets.filter((each) => isUsed(fitted.spec, each));
  const advice = [...notYet(fitted), ...imageWanted(fitted), ...secretAdvice({ ...draft, secrets })];
  const notes = [...draft.notes, ...leftOut, ...advice].map(onOneLine);
  const text = manifestText(fitted, notes);
  // The proof that what a person is handed is what `mooring validate` accepts.
  const [problem] = parseManifests(text, draft.name).problems;
  if (problem) throw new NotCarriedOver(problem.path, `${problem.message} (${problem.hint})`);
  return { manifest: fitted, notes, text, secrets };
}

const ORDER = Object.keys(McpServerSpec.shape);

function writtenManifest({ name, namespace, labels, spec, env }: Draft): ManifestInput {
  const fields = { ...spec, ...(env.size > 0 && { env: [...env.values()] }) };
  const sorted = Object.entries(fields).toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels: { ...labels } }) },
    spec: Object.fromEntries(sorted),
  };
}

const NOT_YET = 'is kept, and Mooring cannot run such a server yet: it will not be accepted until it can';
const NOT_YET_HERE = 'is kept for a cluster; `mooring up` cannot run such a server yet';

/** What a manifest may say already and Mooring does not do yet. */
function notYet({ spec }: ManifestInput): Note[] {
  const parsed = McpServerSpec.parse(spec);
  const onLaptop = supportedFields(parsed, 'laptop').notSupportedYet;
  const onCluster = supportedFields(parsed, 'cluster').notSupportedYet;
  return [...new Set([...onCluster, ...onLaptop])].map((field) => ({
    field,
    message: onCluster.includes(field) ? NOT_YET : NOT_YET_HERE,
    at: field.split('.'),
  }));
}

/** A program is enough for a laptop; a pod comes from an image. */
function imageWanted({ metadata, spec }: ManifestInput): Note[] {
  const { binary, image } = spec;
  // The bundled servers are in the image of Mooring.
  if (binary === undefined || binary === 'mooring' || image !== undefined) return [];
  const message = `is enough for \`mooring up\`; a cluster needs an image as well. ${buildable(binary)}, and \`mooring build ${metadata.name}\` makes one`;
  return [{ field: 'spec.binary', message, at: ['spec', 'binary'] }];
}

/** Programs that fetch the server, and programs that run it: what they fetch or run has to be in the image, and not they alone. */
const FETCHES = /^(?:npx|bunx|uvx)$/;
const RUNS = /^(?:node|bun|deno|npm|pnpm|yarn|python[\d.]*|uv|pipx|ruby|java|dotnet|go|php|sh|bash|zsh)$/;

/** What `mooring build` needs (cli/build/recipe.ts). */
function buildable(binary: string): string {
  const name = binary.split('/').at(-1) ?? '';
  if (FETCHES.test(name)) return 'Write `package` instead';
  if (RUNS.test(name)) return 'Put a Dockerfile into the folder of this manifest, name the image here by `image:`';
  const rename = binary === name ? '' : `, write \`binary: ./${name}\``;
  return `Put the program ${name} into the folder of this manifest${rename}`;
}

/** Whether the manifest names this key of a Secret. What it was for may have been left out since. */
function isUsed(value: unknown, wanted: SecretKey): boolean {
  if (Array.isArray(value)) return value.some((each) => isUsed(each, wanted));
  if (!isObject(value)) return false;
  const { secretKeyRef, headersFrom } = value as { secretKeyRef?: unknown; headersFrom?: unknown };
  if (isObject(secretKeyRef)) return secretKeyRef['name'] === wanted.secret && secretKeyRef['key'] === wanted.key;
  if (isObject(headersFrom) && isObject(headersFrom['secretRef']))
    return headersFrom['secretRef']['name'] === wanted.secret;
  return Object.values(value).some((each) => isUsed(each, wanted));
}

/** Notes go to terminals and into comments (CWE-150). */
const onOneLine = ({ field, message, ...rest }: Note): Note => ({
  field: clean(field),
  message: clean(message),
  ...rest,
});

const clean = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
