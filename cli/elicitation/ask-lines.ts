import { createInterface } from 'node:readline';

/** Questions to the person at the terminal. */
export interface AskLines {
  say(text: string): void;
  /** The line that they type. Undefined when they end the input (Ctrl-D), or when the call is cancelled meanwhile. */
  ask(prompt: string): Promise<string | undefined>;
  close(): void;
}

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Asks on stderr, so that a result can go from stdout into a file meanwhile. */
export function askLines(signal: AbortSignal): AskLines {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  // The terminal is in raw mode meanwhile and Ctrl-C a key like others.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const end = (): void => terminal.close();
  signal.addEventListener('abort', end, { once: true });
  // The iterator keeps lines that come before they are asked for: people paste several at once.
  const lines = terminal[Symbol.asyncIterator]();
  return {
    say: (text) => void process.stderr.write(`${text}\n`),
    async ask(prompt) {
      if (signal.aborted) return undefined;
      terminal.setPrompt(prompt);
      terminal.prompt();
      const { done, value } = await lines.next();
      return done ? undefined : value;
    },
    close() {
      signal.removeEventListener('abort', end);
      terminal.close();
      // What is said next begins a line of its own.
      if (signal.aborted) process.stderr.write('\n');
      // Else an open stdin keeps the process alive.
      process.stdin.pause();
    },
  };
}
