/** A line of the output of a server. */
export interface WrittenLine {
  /** RFC 3339; absent in files of before lines were dated. */
  readonly at?: string | undefined;
  readonly text: string;
}

/** Lines as they stand in the file: each behind the time when Mooring took it, which is made once for all of them. */
export function datedLines(lines: readonly string[], at: Date): string {
  const time = at.toISOString();
  return lines.map((line) => `${time} ${line}\n`).join('');
}

/** A line of the file, or of what kubelet gives with `timestamps`: that has nanoseconds, and the offset of its node. */
export function parseLogLine(line: string): WrittenLine {
  const [, at, text] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (.*)$/s.exec(line) ?? [];
  return at === undefined || text === undefined ? { text: line } : { at, text };
}
