import { hash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../../core/failure.ts';
import { readFileIfThere } from '../../../core/private-file.ts';
import type { SyncRecord } from '../apply-plan.ts';
import type { Remembered } from '../base.ts';
import { isDigest, type Digest } from '../digest.ts';
import { createFile, replaceFile, writeFailure } from './write-file.ts';

/** In the folder that is synced. It stays on this machine: what another one agreed on says nothing about this one. */
const FOLDER = '.mooring-sync';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));

const RecordFile = z.strictObject({
  /** For people who look into it. */
  place: z.string(),
  servers: z.record(
    z.string().max(200),
    z.union([
      z.strictObject({ agreed: digest }),
      z.strictObject({
        intent: z.strictObject({
          side: z.enum(['folder', 'place']),
          before: digest.nullable(),
          version: z.string().max(1000).nullable(),
        }),
      }),
    ]),
  ),
});

/** What earlier syncs of this folder and this place agreed on; nothing where there were none. Throws `broken_record`. */
export async function openRecord(folder: string, identity: string): Promise<SyncRecord> {
  await refuseLink(join(folder, FOLDER));
  const path = join(folder, FOLDER, `${hash('sha256', identity).slice(0, 16)}.json`);
  let text = await readFileIfThere(path);
  let remembered: ReadonlyMap<string, Remembered> = text === undefined ? new Map() : parse(text, path);
  return {
    get remembered() {
      return remembered;
    },
    async remember(news) {
      const next = new Map(remembered);
      for (const [key, value] of news) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      const content = `${JSON.stringify({ place: identity, servers: Object.fromEntries(next) })}\n`;
      try {
        if (text === undefined) await createRecord(path, content);
        else await replaceFile(path, content);
      } catch (error) {
        throw writeFailure(join(folder, FOLDER), error);
      }
      text = content;
      remembered = next;
    },
  };
}

/** A link would have us write elsewhere, in a folder that may be a stranger's. */
async function refuseLink(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats && !stats.isDirectory()) {
    throw new Failure(
      'broken_record',
      `${path} is no folder. Delete it: then what differs on both sides is a conflict, and nothing is lost.`,
    );
  }
}

async function createRecord(path: string, content: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await createFile(join(path, '..', '.gitignore'), '*\n');
  if (!(await createFile(path, content, 0o600))) {
    throw new Failure('sync_under_way', 'Another sync of this folder has just begun. Try again when it is done.', {
      status: 409,
    });
  }
}

function parse(text: string, path: string): ReadonlyMap<string, Remembered> {
  try {
    return new Map(Object.entries(RecordFile.parse(JSON.parse(text)).servers));
  } catch (error) {
    throw new Failure(
      'broken_record',
      `${path} cannot be read. Delete it: then what differs on both sides is a conflict, and nothing is lost.`,
      { cause: error },
    );
  }
}
