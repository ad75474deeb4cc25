import { readdir, readFile, readlink } from 'node:fs/promises';

/** Every process that belongs to a state folder: its path is in the command line, the environment or the working folder. */
export async function processesOf(home: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const belongs = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map(async (file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return [command, environment, cwd].some((text) => text?.includes(home));
    }),
  );
  return pids.filter((pid, index) => belongs[index] && pid !== process.pid);
}
