import { run } from './mooring.ts';

/** Runs a command on a pseudo-terminal of script(1), which Debian always has, 200 columns wide. What it shows, colours and all. */
export async function onTerminal(
  command: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number; shown: string }> {
  const line = `stty columns 200; ${command.map((word) => `'${word}'`).join(' ')}`;
  const { code, stdout } = await run('script', ['--quiet', '--return', '--command', line, '/dev/null'], options);
  return { code, shown: stdout.replaceAll('\r\n', '\n') };
}
