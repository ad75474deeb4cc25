import { stripVTControlCharacters } from 'node:util';
import type { ContainerStatus } from '../pod.ts';
import { containerStatuses, keepWords, lastEnd, nameOf, type PodCause } from './pod-facts.ts';

/** Bytes of the output: enough for an error and its stack, a quarter of what a message of a condition holds. */
const OUTPUT = 1000;

/** As many ends without an answer in between are no accident any more. */
const LOOP = 2;

/**
 * A container ended. While it waits for its next start, and while that one has not answered yet, it is the same cause in the same words; only
 * whether it is a loop changes, and that once.
 */
export const crash: PodCause = ({ pod, mask, said }) => {
  const container = containerStatuses(pod).find(hasCrashed);
  const end = container && lastEnd(container);
  if (!end) return undefined;
  const how = end.signal ? `by signal ${end.signal}` : `with exit code ${end.exitCode}`;
  const output = lastOutput(end.message ?? '', mask);
  const looping = ends(container) >= LOOP;
  const reason = looping ? 'CrashLooping' : 'ProcessExited';
  const head = `${nameOf(container)} ended ${how}. It is started again, with longer and longer pauses.`;
  const before = said(reason);
  const message =
    output !== ''
      ? keepWords(head, ` Its last output:\n${output}`, before)
      : // kubelet does not always find the output again that it found before.
        before?.startsWith(head)
        ? before
        : `${head} It wrote nothing that kubelet kept.`;
  return { reason, message, stalled: looping };
};

/** An init container that ended well has done its work. */
function hasCrashed(container: ContainerStatus): boolean {
  const end = lastEnd(container);
  return end !== undefined && !(container.ready && container.state?.terminated);
}

const ends = ({ restartCount, state }: ContainerStatus): number => restartCount + (state?.running ? 0 : 1);

/** Masked before it is cut: half a secret is none that could be recognized. */
function lastOutput(message: string, mask: (text: string) => string): string {
  if (/^Error on reading termination (?:log|message from logs)/.test(message)) return '';
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trimEnd())
    .filter((line) => line.trim() !== '');
  const text = mask(lines.join('\n'));
  return Buffer.byteLength(text) > OUTPUT ? `…${lastBytes(text, OUTPUT - 3)}` : text;
}

/** From a whole character on. */
const lastBytes = (text: string, bytes: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(-bytes)).replace(/^\uFFFD+/, '');
