import { Failure } from '../../core/failure.ts';
import { nearestName } from '../../crds/nearest-name.ts';
import { readSchema, type Schema } from '../mcp/json-schema.ts';
import { oneLine } from '../output/harmless.ts';

/** Names that are listed where none is near. */
const MAX_LISTED = 12;

/** Characters of a list of names. */
const MAX_NAMES = 400;

interface PlacedArgument {
  /** From the whole of the arguments down. */
  readonly path: readonly string[];
  readonly schema: Schema;
}

/** Where an argument belongs: `address.city` is a name of its own where the schema has one, else `city` in `address`. Throws `usage`. */
export function schemaOfArgument(root: Schema, name: string): PlacedArgument {
  const reader = readSchema(root);

  const placed = (schema: Schema, rest: string, before: readonly string[]): PlacedArgument => {
    if (reader.types(schema)?.has('object') === false) throw noParts(before);
    const known = reader.properties(schema);
    const own = known.get(rest);
    if (own !== undefined) return { path: [...before, rest], schema: own };
    // The longest name comes first, for names may have dots in them.
    for (let dot = rest.lastIndexOf('.'); dot > 0; dot = rest.lastIndexOf('.', dot - 1)) {
      const inner = known.get(rest.slice(0, dot));
      if (inner !== undefined) return placed(inner, rest.slice(dot + 1), [...before, rest.slice(0, dot)]);
    }
    const others = reader.others(schema);
    if (others === undefined) throw unknownArgument(rest, before, [...known.keys()]);
    const [first = rest, ...deeper] = rest.split('.');
    if (deeper.length === 0) return { path: [...before, first], schema: others };
    return placed(others, deeper.join('.'), [...before, first]);
  };
  return placed(root, name, []);
}

const noParts = (path: readonly string[]): Failure =>
  new Failure('usage', `The argument ${path.join('.')} is no object and has no parts to set one by one.`);

function unknownArgument(name: string, before: readonly string[], known: readonly string[]): Failure {
  const near = nearestName(name, known);
  const listed = known.slice(0, MAX_LISTED).join(', ') + (known.length > MAX_LISTED ? ' and more' : '');
  const hint =
    near === undefined
      ? `It takes ${oneLine(listed, MAX_NAMES) || 'none'}.`
      : `Did you mean ${oneLine([...before, near].join('.'), MAX_NAMES)}?`;
  return new Failure('usage', `The tool has no argument ${[...before, name].join('.')}. ${hint}`);
}
