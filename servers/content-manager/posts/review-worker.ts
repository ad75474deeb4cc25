import { parentPort } from 'node:worker_threads';
import { reviewBody } from './review-body.ts';
import type { ReviewJob } from './review.ts';

/** Reads Markdown in a thread of its own, which can be ended while the parser is busy. */
parentPort?.on('message', (job: ReviewJob) => parentPort?.postMessage(reviewBody(job), []));
parentPort?.postMessage('ready', []);
