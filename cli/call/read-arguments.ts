import { Failure } from '../../core/failure.ts';
import { nearestName } from '../../crds/nearest-name.ts';
import { shellWord } from '../output/shell-word.ts';
import { misfit } from '../mcp/check-schema.ts';
import { isObject, readSchema } from '../mcp/json-schema.ts';
import { oneLine } from '../output/harmless.ts';
import { argumentValue, jsonValue } from './argument-value.ts';
import type { InputText } from './input-text.ts';
import { parseArgument } from './parse-argument.ts';
import { schemaOfArgument } from './schema-of-argument.ts';
import { setIn, type Arguments } from './set-in.ts';

/** What was written in the command. */
interface WrittenArguments {
  /** Each `--arg`. */
  readonly arg: readonly string[];
  /** `--json`: the text itself, `@FILE` or `-`. */
  readonly json?: string | undefined;
}

/** A JSON Schema of an object. */
type InputSchema = Readonly<Record<string, unknown>>;

/** Characters of a name that a server chose. */
const MAX_NAME = 128;

/**
 * The arguments of a call, read and checked by the input schema of its tool. `--arg` is laid over `--json`. Throws `usage`, naming the
 * argument and never its value.
 */
export async function readArguments(
  { arg, json }: WrittenArguments,
  schema: InputSchema,
  input: InputText,
): Promise<Arguments> {
  const { types } = readSchema(schema);
  let values: Arguments = json === undefined ? {} : await jsonArguments(json, input);
  const given = new Set<string>();
  for (const written of arg) {
    const { name, isJson, text } = parseArgument(written);
    if (given.has(name)) throw refused(name, `is given twice; a list is given as a whole, as in '["a","b"]'`);
    given.add(name);
    const { path, schema: own } = schemaOfArgument(schema, name);
    const whole = isJson ? text : await textOf(text, name, input);
    const read = isJson ? jsonValue(whole) : argumentValue(whole, types(own));
    if ('problem' in read) throw refused(name, read.problem);
    values = setIn(values, path, read.value);
  }
  refuseMissing(values, schema);
  const problem = misfit(schema, values, 'the object of them');
  if (problem !== undefined) throw new Failure('usage', `The arguments do not fit the tool: ${problem}.`);
  return values;
}

const refused = (name: string, problem: string): Failure => new Failure('usage', `The argument ${name} ${problem}.`);

/** `@FILE` and `-` keep secrets out of process lists and histories. One line end at the end is the editor's, not the value's. */
async function textOf(text: string, name: string, input: InputText): Promise<string> {
  if (text !== '-' && !text.startsWith('@')) return text;
  const read = await input.read(text.replace(/^@/, ''), `--arg ${name}`);
  return read.replace(/\r?\n$/, '');
}

async function jsonArguments(json: string, input: InputText): Promise<Arguments> {
  const text = json === '-' || json.startsWith('@') ? await input.read(json.replace(/^@/, ''), '--json') : json;
  if (text.trim() === '') return {};
  const read = jsonValue(text);
  if ('problem' in read) throw new Failure('usage', `What --json or stdin gives ${read.problem}.`);
  if (isObject(read.value)) return read.value;
  throw new Failure('usage', 'What --json or stdin gives must be one JSON object: {"NAME": VALUE, …}.');
}

function refuseMissing(values: Arguments, schema: InputSchema): void {
  const { required, properties, types } = readSchema(schema);
  const missing = required(schema).filter((name) => !Object.hasOwn(values, name));
  if (missing.length === 0) return;
  const known = properties(schema);
  // With --json a name can be given that the schema does not know.
  const strange = Object.keys(values).filter((name) => !known.has(name));
  const told = missing.map((name) => {
    const may = [...(types(known.get(name) ?? true) ?? [])].join(' or ');
    const near = nearestName(name, strange);
    const hint = [...(may === '' ? [] : [may]), ...(near === undefined ? [] : [`you gave ${near}`])].join('; ');
    return `${oneLine(name, MAX_NAME)}${hint === '' ? '' : ` (${hint})`}`;
  });
  const [first = ''] = missing;
  throw new Failure(
    'usage',
    `Missing: ${told.join(', ')}. Add --arg ${shellWord(`${oneLine(first, MAX_NAME)}=VALUE`)}.`,
  );
}
