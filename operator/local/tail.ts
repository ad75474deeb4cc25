import { stripVTControlCharacters } from 'node:util';

/** The last lines of a process, for messages: bounded, because a status is no log. */
export interface Tail {
  add(line: string): void;
  text(): string;
}

/** Enough for a stack trace and the error above it; together at most 2 KB, half of what a message of a condition holds. */
const LINES = 20;
const LINE_LENGTH = 200;
const LENGTH = 2048;

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
