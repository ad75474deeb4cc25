import { spawn } from 'node:child_process';

/** Has the desktop open a URL. Where it cannot, nothing happens: the URL stands on the terminal too. */
export function openBrowser(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(program, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
