import { stripVTControlCharacters } from 'node:util';

/** The last lines of a process, for messages: bounded, because a status is no log. */
export interface Tail {
  add(line: string): void;
  text(): string;
}

/** Enough for the end of a stack trace; together at most 1 KB. */
const LINES = 10;
const LINE_LENGTH = 200;
const LENGTH = 1024;

export function createTail(): Tail {
  const lines: string[] = [];
  return {
    add(line) {
      // Colours and other control characters would act on the terminal that shows the message.
      const plain = stripVTControlCharacters(line).replaceAll(/\p{Cc}/gu, ' ');
      if (plain.trim() === '') return;
      lines.push(plain.slice(0, LINE_LENGTH).trimEnd());
      if (lines.length > LINES) lines.shift();
    },
    text: () => lines.join('\n').slice(-LENGTH),
  };
}
