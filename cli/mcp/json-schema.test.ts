import { describe, expect, test } from 'vitest';
import { readSchema, type Schema } from './json-schema.ts';

const typesOf = (schema: Schema): readonly string[] | undefined => {
  const types = readSchema(schema).types(schema);
  return types && [...types];
};

describe('types', () => {
  test.each<[Schema, readonly string[] | undefined]>([
    [{ type: 'string' }, ['string']],
    [{ type: ['integer', 'null'] }, ['integer', 'null']],
    [{ enum: ['a', 1, null] }, ['string', 'number', 'null']],
    [{ const: true }, ['boolean']],
    [{ properties: {} }, ['object']],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, ['integer', 'null']],
    [{ oneOf: [{ type: 'integer' }, {}] }, undefined],
    [{ allOf: [{ description: 'x' }, { type: 'array' }] }, ['array']],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'number' } } }, ['number']],
    [{ $ref: '#/nowhere' }, undefined],
    [{ $ref: 'https://elsewhere.example/schema' }, undefined],
    [{}, undefined],
    [true, undefined],
  ])('%j: %j', (schema, types) => {
    expect(typesOf(schema)).toEqual(types);
  });
});

test('properties and required names of all parts', () => {
  const schema = {
    allOf: [{ $ref: '#/$defs/Base' }, { properties: { b: { type: 'integer' } }, required: ['b'] }],
    anyOf: [{ properties: { c: true }, required: ['c'] }],
    $defs: { Base: { properties: { a: {} }, required: ['a', 7] } },
  };
  const reader = readSchema(schema);
  expect([...reader.properties(schema).keys()]).toEqual(['a', 'b', 'c']);
  // What one of several forms requires is not required of all.
  expect(reader.required(schema)).toEqual(['a', 'b']);
});

test.each<[Schema, Schema | undefined]>([
  [{ properties: { a: {} } }, undefined],
  [{ properties: { a: {} }, additionalProperties: true }, true],
  [{ properties: { a: {} }, additionalProperties: { type: 'integer' } }, { type: 'integer' }],
  [{ properties: { a: {} }, patternProperties: { '^x': {} } }, true],
  [{ properties: {} }, undefined],
  [{ type: 'object' }, true],
  [{ type: 'object', additionalProperties: false }, undefined],
])('other names of %j: %j', (schema, others) => {
  expect(readSchema(schema).others(schema)).toEqual(others);
});

test('schemas that refer to themselves, over and over, are read in a moment', () => {
  const many = Array.from({ length: 50 }, () => ({ $ref: '#/$defs/x' }));
  const schema = {
    $ref: '#/$defs/x',
    $defs: { x: { anyOf: many, allOf: many, oneOf: many }, y: { $ref: '#/$defs/y' } },
  };
  expect(typesOf(schema)).toBeUndefined();
  expect(readSchema(schema).properties(schema).size).toBe(0);
  expect(typesOf({ $ref: '#/$defs/y', $defs: schema.$defs })).toBeUndefined();
  let deep: Schema = { type: 'string' };
  for (let depth = 0; depth < 10_000; depth++) deep = { anyOf: [deep] };
  expect(typesOf(deep)).toBeUndefined();
});
