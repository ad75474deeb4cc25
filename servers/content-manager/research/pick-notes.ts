import type { Note } from '../tables.ts';
import { wordsOf } from './words.ts';

/** Notes of one source: enough to know what is in it, few enough for a model to read all sources. */
const MAX_NOTES = 5;
/** Characters of a note: shorter ones say little, longer ones are paragraphs. */
const SHORTEST = 40;
const LONGEST = 500;
/** Letters that words of one family share in most languages with endings; shorter words must be the same. */
const STEM = 5;

/** The sentences that say most about the topic, in the order of the text; the first ones where none does. */
export function pickNotes(text: string, topic: string, language?: string): Note[] {
  const stems = new Set(wordsOf(topic).map(stem));
  const sentences = sentencesOf(text, language);
  const scored = sentences.map((sentence, index) => ({ sentence, score: relevance(sentence.quote, stems, index) }));
  const about = scored.filter(({ score }) => score >= 1);
  return (about.length > 0 ? about : scored)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, about.length > 0 ? MAX_NOTES : 2)
    .map(({ sentence }) => sentence)
    .toSorted((a, b) => a.start - b.start);
}

function sentencesOf(text: string, language: string | undefined): Note[] {
  const notes: Note[] = [];
  for (const { segment, index } of new Intl.Segmenter(supported(language), { granularity: 'sentence' }).segment(text)) {
    const quote = segment.trim();
    const start = index + segment.indexOf(quote);
    if (quote.length < SHORTEST || quote.length > LONGEST || quote.includes('\n')) continue;
    notes.push({ quote, start, end: start + quote.length });
  }
  return notes;
}

/** Words of the topic in the sentence, each once; less than one more for standing early. */
function relevance(sentence: string, stems: ReadonlySet<string>, index: number): number {
  const found = new Set(
    wordsOf(sentence)
      .map(stem)
      .filter((word) => stems.has(word)),
  );
  return found.size + 1 / (index + 2);
}

const stem = (word: string): string => word.slice(0, STEM);

const supported = (language: string | undefined): string | undefined =>
  language !== undefined && Intl.Segmenter.supportedLocalesOf(language).length > 0 ? language : undefined;
