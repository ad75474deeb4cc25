import { extname } from 'node:path';
import { guardedThread, ThreadEnded } from '../threads/guarded-thread.ts';
import { FetchProblem } from '../web/fetch-problem.ts';
import type { Extraction, ExtractionAnswer, ExtractionJob } from './extraction.ts';

/** `.ts` in the sources, `.js` in the package. */
const WORKER = new URL(`worker${extname(import.meta.filename)}`, import.meta.url);
/** Milliseconds for one page; large articles need a second. The first page waits for the libraries as well. */
const MAX_MS = 10_000;

/** Turns what was fetched into articles and feeds, one at a time. */
export interface Extractor extends AsyncDisposable {
  /** Rejects with a FetchProblem for what cannot be read, or not in time. */
  extract(job: ExtractionJob, signal: AbortSignal): Promise<Extraction>;
}

/** Reads pages in a thread that ends with the extractor. */
export function startExtractor(maxMs = MAX_MS): Extractor {
  const thread = guardedThread<ExtractionJob, ExtractionAnswer>(WORKER, maxMs);

  async function extract(job: ExtractionJob, signal: AbortSignal): Promise<Extraction> {
    const answer = await thread.ask(job, signal).catch((error: unknown) => {
      if (error instanceof ThreadEnded) throw new FetchProblem(`it could not be read: ${error.message}`);
      throw error;
    });
    if ('problem' in answer) throw new FetchProblem(answer.problem);
    return answer.extraction;
  }
  return { extract, [Symbol.asyncDispose]: async () => thread[Symbol.asyncDispose]() };
}
