import { describe, expect, test } from 'vitest';
import { formField, type FieldSchema } from './form-field.ts';

const CHOICE: FieldSchema = { type: 'string', enum: ['r', 'g'], enumNames: ['Red', 'Green'] };
const TITLED: FieldSchema = {
  type: 'string',
  oneOf: [
    { const: 'r', title: 'Red' },
    { const: 'g', title: 'Green' },
  ],
};
const MANY: FieldSchema = { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, minItems: 1, maxItems: 2 };
const TITLED_MANY: FieldSchema = {
  type: 'array',
  items: {
    anyOf: [
      { const: 'a', title: 'A' },
      { const: 'b', title: 'B' },
    ],
  },
};

const read = (schema: FieldSchema, line: string, isRequired = true) => formField('f', schema, isRequired).read(line);

describe('what a person types', () => {
  test.each<[FieldSchema, string, unknown]>([
    [{ type: 'string' }, ' Anna ', 'Anna'],
    [{ type: 'integer' }, '7', 7],
    [{ type: 'number' }, '1.5', 1.5],
    [{ type: 'boolean' }, 'Yes', true],
    [{ type: 'boolean' }, 'n', false],
    [{ type: 'boolean', default: true }, '', true],
    [{ type: 'string', default: 'x' }, '', 'x'],
    [CHOICE, '2', 'g'],
    [CHOICE, 'r', 'r'],
    [TITLED, '1', 'r'],
    [MANY, '1, b', ['a', 'b']],
    [TITLED_MANY, '2', ['b']],
  ])('%j %s', (schema, line, value) => {
    expect(read(schema, line)).toEqual({ value });
  });

  test.each<[FieldSchema, string, RegExp]>([
    [{ type: 'string' }, '', /needed/],
    [{ type: 'string', minLength: 3 }, 'ab', /fewer than 3/],
    [{ type: 'string', format: 'email' }, 'nobody', /email/],
    [{ type: 'string', format: 'date' }, 'tomorrow', /date/],
    [{ type: 'integer', minimum: 18 }, '7', />= 18/],
    [{ type: 'integer' }, 'x', /whole number/],
    [{ type: 'boolean' }, 'maybe', /yes or no/],
    [CHOICE, '3', /1 to 2/],
    [CHOICE, '0', /1 to 2/],
    [MANY, '1,1,1', /more than 2/],
  ])('%j refuses %s', (schema, line, problem) => {
    expect(read(schema, line)).toEqual({ problem: expect.stringMatching(problem) as unknown });
  });

  test('what is optional may be left out', () => {
    expect(read({ type: 'integer' }, '', false)).toEqual({ value: undefined });
  });
});

test('the question names the field, its form, its choices and its default, and nothing that a terminal obeys', () => {
  const { prompt } = formField('colour\u001B[31m', { ...CHOICE, description: 'Which\u0007 one?', default: 'r' }, false);
  expect(prompt).toBe(
    '  Which\uFFFD one?\n  1) Red\n  2) Green\n  colour\uFFFD[31m (a number; optional; default: r): ',
  );
});
