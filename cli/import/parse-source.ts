import { isObject } from '../../crds/path-pattern.ts';
import { formatPath, printable } from '../../crds/problem.ts';
import { MAX_DOCUMENTS } from '../../crds/validate.ts';
import { yamlDocuments } from '../../crds/yaml-documents.ts';
import { Failure } from '../../core/failure.ts';
import { readJsonc } from '../json/read-jsonc.ts';
import type { SourceText } from './read-sources.ts';

/** One JSON text, or one document of a YAML file. */
export interface SourceValue {
  readonly file: string;
  readonly isNamed: boolean;
  readonly value: unknown;
}

/** What a text says, as JSON or YAML, whichever it is; items of a `List` of Kubernetes each on their own. Throws `unreadable`. */
export function parseSource({ file, text, isNamed }: SourceText): SourceValue[] {
  return valuesIn(text, file)
    .flatMap(itemsOf)
    .map((value) => ({ file, isNamed, value }));
}

function valuesIn(text: string, file: string): unknown[] {
  const isJsonFile = /\.jsonc?$/i.test(file);
  if (!isJsonFile && !/^\s*[[{/]/.test(text)) return yamlValues(text, file);
  const json = readJsonc(text);
  if ('value' in json) return [json.value];
  if (isJsonFile) throw new Failure('unreadable', `${printable(file)} ${json.trouble}. Correct it there.`);
  return yamlValues(text, file);
}

function yamlValues(text: string, file: string): unknown[] {
  const values: unknown[] = [];
  for (const { value, findings } of yamlDocuments(text)) {
    const [first] = findings;
    if (first) {
      const { path, message, hint, line } = first;
      const where = path.length === 0 ? '' : `${formatPath(path)} `;
      throw new Failure('unreadable', `${printable(file)}:${line}: ${where}${message}; ${hint}.`);
    }
    values.push(value);
    if (values.length > MAX_DOCUMENTS) {
      throw new Failure('too_many', `${printable(file)} has more than ${MAX_DOCUMENTS} documents. Split it.`);
    }
  }
  return values;
}

function itemsOf(value: unknown): unknown[] {
  if (!isObject(value)) return [value];
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items : [value];
}
