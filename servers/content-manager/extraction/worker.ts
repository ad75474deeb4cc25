import { parentPort } from 'node:worker_threads';
import type { ExtractionAnswer, ExtractionJob } from './extraction.ts';
import { readArticle, readPlainText } from './read-article.ts';
import { isFeed, readFeed } from './read-feed.ts';

/** Reads pages of strangers in a thread of its own, which can be ended while a parser is busy. */
parentPort?.on('message', (job: ExtractionJob) => parentPort?.postMessage(answer(job), []));
parentPort?.postMessage('ready', []);

function answer(job: ExtractionJob): ExtractionAnswer {
  try {
    if (isFeed(job)) return { extraction: readFeed(job) };
    if (/^text\/(plain|markdown)/.test(job.contentType)) return { extraction: readPlainText(job) };
    return { extraction: readArticle(job) };
  } catch (error) {
    // What a parser says of a page is about its own insides; our own sentences begin small.
    const { message } = error as Error;
    return { problem: /^(there|it) is/.test(message) ? message : 'it could not be read' };
  }
}
