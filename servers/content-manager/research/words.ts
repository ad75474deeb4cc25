const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Words of a text in lower case, in any script: Chinese and Thai have no spaces between theirs. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) words.push(segment.toLowerCase());
  return words;
}
