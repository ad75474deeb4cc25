import { z } from 'zod';

/*
 * Lists and maps say how server-side apply merges them (KEP-2155): in a `set` and in a `map` each entry may have its own field manager, and
 * two entries may not be the same; an `atomic` list has one owner.
 */

/** A list that is replaced as a whole. */
export const atomicList = <Entry extends z.ZodType>(entry: Entry, max: number) =>
  z.array(entry).max(max).meta({ 'x-kubernetes-list-type': 'atomic' });

/** A list of scalars in which none appears twice. */
export const setList = <Entry extends z.ZodType>(entry: Entry, max: number) =>
  z.array(entry).max(max).meta({ 'x-kubernetes-list-type': 'set' });

/** A list of objects in which no two have the same `key`. */
export const keyedList = <Shape extends z.core.$ZodShape>(
  entry: z.ZodObject<Shape, z.core.$strict>,
  key: keyof Shape & string,
  max: number,
) =>
  z
    .array(entry)
    .max(max)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });

/** A map with text keys and at most `max` entries. */
export const dictionary = <Value extends z.ZodType>(key: z.ZodString, value: Value, max: number) =>
  z.record(key, value).meta({ maxProperties: max });

/** An object that Mooring passes on without knowing its fields. */
export const opaqueObject = () => z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });

/** A whole number or text in a fixed form, as Kubernetes writes quantities and percentages. */
export const intOrString = (min: number, max: number, pattern: RegExp, words: string) =>
  z.union([z.int().min(min), z.string().max(max).regex(pattern)]).meta({
    'x-kubernetes-int-or-string': true,
    minimum: min,
    maxLength: max,
    pattern: pattern.source,
    allowed: `write ${words}`,
  });
