import type { LogLine } from './log-request.ts';

/** Several logs as one, in the order of their times; of each it holds one line. */
export async function* inOrder(logs: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  try {
    const heads = await Promise.all(logs.map(async (log) => ({ log, next: await log.next() })));
    for (;;) {
      const [first] = heads.filter(({ next }) => !next.done).sort((a, b) => (timeOf(a.next) < timeOf(b.next) ? -1 : 1));
      if (!first || first.next.done) return;
      yield first.next.value;
      first.next = await first.log.next();
    }
  } finally {
    for (const log of logs) await log.return(undefined);
  }
}

const timeOf = ({ value }: IteratorResult<LogLine, LogLine | undefined>): string => value?.at ?? '';
