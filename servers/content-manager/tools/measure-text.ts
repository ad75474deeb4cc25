import { defineTool, z } from '../../kit/index.ts';

/** Words that an adult reads in a minute, silently, in English (Brysbaert 2019, a meta-analysis of 190 studies: 238). */
const WORDS_PER_MINUTE = 238;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export const measureText = defineTool({
  name: 'measure_text',
  title: 'Measure a text',
  description:
    'Counts the words and characters of a text and says how long it takes to read. Use it before publishing.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['user'],
  input: z.strictObject({ text: z.string().max(500_000).describe('The text, plain or Markdown.') }),
  output: z.object({
    words: z.int(),
    characters: z.int(),
    readingMinutes: z.int().describe('Rounded up.'),
  }),
  handler: async ({ text }) => {
    const count = [...words.segment(text)].filter(({ isWordLike }) => isWordLike).length;
    return {
      words: count,
      characters: [...characters.segment(text)].length,
      readingMinutes: Math.ceil(count / WORDS_PER_MINUTE),
    };
  },
});
