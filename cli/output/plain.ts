import { stripVTControlCharacters } from 'node:util';
import { harmless } from './harmless.ts';

/** A line that a server wrote, for a terminal: without its colours, which would be left as litter, and without what else a terminal obeys. */
export const plain = (line: string): string => harmless(stripVTControlCharacters(line.replace(/\r$/, '')));
