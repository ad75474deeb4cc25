import { unwatchFile, watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { Failure } from './failure.ts';
import type { Log } from './log.ts';
import { MooringConfig, type LiveConfig } from './mooring-config.ts';
import { readFileIfThere } from './private-file.ts';

/** Milliseconds between looks at the file: an edit should feel immediate, and one `stat` costs microseconds. */
const POLL_MS = 500;

interface LiveConfigOptions {
  readonly log: Log;
  /** Somebody named the file, so it has to be there. */
  readonly isNamed?: boolean;
}

/**
 * Follows `mooring.yaml`. A missing file means all defaults. A bad file at the start throws `invalid_config`; a bad edit is
 * logged and the last good configuration stays.
 */
export async function openLiveConfig(
  path: string,
  { log, isNamed = false }: LiveConfigOptions,
): Promise<LiveConfig & { close: () => void }> {
  if (isNamed && (await readFileIfThere(path)) === undefined) {
    throw new Failure('config_missing', `There is no file ${path}. Correct --config.`);
  }
  let current = await readConfig(path);
  const listeners = new Set<(config: MooringConfig) => void>();

  const reload = async (): Promise<void> => {
    try {
      const next = await readConfig(path);
      if (isDeepStrictEqual(next, current)) return;
      current = next;
      log.info({ path }, 'configuration reloaded');
      for (const listener of listeners) listener(next);
    } catch (error) {
      log.error({ path, problem: (error as Error).message }, 'configuration not reloaded: the last good one stays');
    }
  };
  const onFileEvent = (): void => void reload();
  watchFile(path, { interval: POLL_MS, persistent: false }, onFileEvent);

  return {
    get current() {
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => unwatchFile(path, onFileEvent),
  };
}

async function readConfig(path: string): Promise<MooringConfig> {
  const text = await readFileIfThere(path).catch((cause: Error) => {
    throw new Failure('invalid_config', `${path} cannot be read: ${cause.message}.`, { cause });
  });
  const document = parseDocument(text ?? '');
  const problems = document.errors.map((error) => error.message);
  if (problems.length === 0) {
    const parsed = MooringConfig.safeParse(document.toJS() ?? {});
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`));
  }
  throw new Failure(
    'invalid_config',
    `${path} is not valid: ${problems.join('; ')}. docs/mooring-yaml.md lists every field.`,
  );
}
