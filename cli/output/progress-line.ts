import { oneLine } from './harmless.ts';

/** Columns where a terminal does not say how many it has. */
const DEFAULT_COLUMNS = 80;

/** One line on a terminal that says how far something is, and goes away when there is something else to read. */
export interface ProgressLine {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** Undefined where stderr is no terminal: nobody would look at it. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine | undefined {
  if (!stream.isTTY) return undefined;
  let shown = false;
  return {
    show(text) {
      // The last column is left free: some terminals begin a new line there.
      stream.write(`\r\u001B[K${oneLine(text, (stream.columns || DEFAULT_COLUMNS) - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) stream.write('\r\u001B[K');
      shown = false;
    },
  };
}
