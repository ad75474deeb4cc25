import { extname } from 'node:path';
import { ToolFailure } from '../../kit/index.ts';
import { guardedThread, ThreadEnded } from '../threads/guarded-thread.ts';
import type { Review, ReviewJob } from './review.ts';

const WORKER = new URL(`review-worker${extname(import.meta.filename)}`, import.meta.url);
/** Milliseconds; a book chapter needs half a second, and the thread a second to start. */
const MAX_MS = 10_000;

/** Reviews a body in a thread of its own. A ToolFailure where that takes too long. */
export async function reviewInThread(job: ReviewJob, signal: AbortSignal): Promise<Review> {
  await using thread = guardedThread<ReviewJob, Review>(WORKER, MAX_MS);
  try {
    return await thread.ask(job, signal);
  } catch (error) {
    if (!(error instanceof ThreadEnded)) throw error;
    throw new ToolFailure(
      'The Markdown of body cannot be read: it is nested too deeply or too odd. Send plainer text.',
      {
        cause: error,
      },
    );
  }
}
