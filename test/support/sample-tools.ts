import { appendFileSync } from 'node:fs';
import { z } from 'zod';

/** What tools of either SDK answer. */
type Part =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | {
      type: 'resource';
      resource: { uri: string; mimeType: string; text: string } | { uri: string; mimeType: string; blob: string };
    }
  | { type: 'resource_link'; uri: string; name: string; description: string };

interface SampleTool {
  readonly description: string;
  readonly inputSchema: z.ZodObject;
  readonly outputSchema?: z.ZodObject;
  readonly annotations?: { readOnlyHint?: boolean; destructiveHint?: boolean };
  readonly answer: (args: Record<string, unknown>) => {
    content: Part[];
    structuredContent?: Record<string, unknown>;
    isError?: boolean;
  };
}

const PIXEL = Buffer.from('a picture').toString('base64');

/** Tools of every kind of argument and of content, the same in both eras. */
export const SAMPLE_TOOLS: Readonly<Record<string, SampleTool>> = {
  everything: {
    description: 'Answers its arguments.\nMore than a line.',
    inputSchema: z.strictObject({
      text: z.string().describe('Any text.'),
      count: z.int().min(1).max(9).optional(),
      ratio: z.number().optional(),
      flag: z.boolean().optional(),
      tags: z.array(z.string()).optional(),
      address: z.object({ city: z.string(), zip: z.int().optional() }).optional(),
      colour: z.enum(['red', 'green']).optional(),
      maybe: z.int().nullable().optional(),
    }),
    annotations: { readOnlyHint: true },
    answer: (args) => ({ content: [{ type: 'text', text: JSON.stringify(args) }] }),
  },
  media: {
    description: 'Answers with every kind of content.',
    inputSchema: z.object({}),
    answer: () => ({
      content: [
        { type: 'text', text: 'Look:' },
        { type: 'image', data: PIXEL, mimeType: 'image/png' },
        { type: 'audio', data: PIXEL, mimeType: 'audio/wav' },
        { type: 'resource', resource: { uri: 'test://../../etc/x', mimeType: 'application/pdf', blob: PIXEL } },
        { type: 'resource', resource: { uri: 'test://t', mimeType: 'text/plain', text: 'inner text' } },
        { type: 'resource_link', uri: 'test://link', name: 'a link', description: 'leads on' },
      ],
    }),
  },
  structured: {
    description: 'Answers with structured content alone.',
    inputSchema: z.object({}),
    outputSchema: z.object({ degrees: z.number() }),
    answer: () => ({ content: [], structuredContent: { degrees: 21.5 } }),
  },
  fail: {
    description: 'Says that it failed.',
    inputSchema: z.object({}),
    annotations: { destructiveHint: true },
    answer: () => ({ content: [{ type: 'text', text: 'No such station.' }], isError: true }),
  },
  hostile: {
    description: 'Answers what terminals obey.',
    inputSchema: z.object({}),
    answer: () => ({ content: [{ type: 'text', text: 'a\u001B]0;owned\u0007b\u009B31mc' }] }),
  },
};

/** The form that the tool `form` asks the person to fill in. */
export const FORM = {
  message: 'Who are you?',
  requestedSchema: {
    type: 'object' as const,
    properties: {
      name: { type: 'string' as const, title: 'Your name', minLength: 2 },
      age: { type: 'integer' as const, minimum: 18 },
      colour: {
        type: 'string' as const,
        oneOf: [
          { const: 'r', title: 'Red' },
          { const: 'g', title: 'Green' },
        ],
      },
      sure: { type: 'boolean' as const, default: true },
      note: { type: 'string' as const },
    },
    required: ['name', 'age', 'colour'],
  },
};

export const PAGE = { message: 'Sign in at the shop.', url: 'https://shop.example/connect?state=1' };

/** Tells the test what a server has heard: a line in the file that `HEARD` names. */
export const heard = (what: string): void => appendFileSync(process.env['HEARD'] ?? '/dev/null', `${what}\n`);

/** Ends when the call is cancelled. */
export const untilCancelled = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
