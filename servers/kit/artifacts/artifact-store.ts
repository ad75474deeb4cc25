import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { ServerDatabase } from '../server-database.ts';
import { Artifact } from './artifact.ts';
import type { ArtifactTables } from './artifact-tables.ts';

/** Days that an artifact is kept: long enough for the conversation that made it. */
const RETENTION_DAYS = 30;
/** Bytes that one person may have: a hundred of the largest artifacts. */
const MAX_OWNER_BYTES = 100 * 1024 * 1024;
/** Artifacts of a page of the list. */
const PAGE = 50;
const DAY_MS = 86_400_000;

export interface KeptArtifact {
  readonly id: string;
  readonly expiresAt: Date;
}

export interface ArtifactSummary extends KeptArtifact {
  readonly type: string;
  readonly title: string;
  readonly createdAt: Date;
  readonly bytes: number;
}

/** Artifacts by who owns them (their subject). Throws the `Failure` `database_away` while there is no database. */
export interface ArtifactStore {
  /** Keeps it; where the owner has too many bytes then, the oldest ones go: they are results, and can be made again. */
  keep(owner: string, artifact: Artifact): Promise<KeptArtifact>;
  /** Undefined for what is not there, not theirs, or expired. */
  read(owner: string, id: string): Promise<Artifact | undefined>;
  /** The newest first, after the one that `after` names. */
  list(owner: string, after: string | undefined): Promise<{ artifacts: ArtifactSummary[]; next: string | undefined }>;
  /** Deletes what has expired; answers how many. */
  sweep(): Promise<number>;
}

export interface ArtifactLimits {
  readonly retentionDays?: number;
  readonly maxOwnerBytes?: number;
}

/** The store in a server's own schema; the database was opened with `artifacts: true`. */
export function artifactStore<Tables>(
  database: Pick<ServerDatabase<Tables>, 'use'>,
  { retentionDays = RETENTION_DAYS, maxOwnerBytes = MAX_OWNER_BYTES }: ArtifactLimits = {},
): ArtifactStore {
  const use = () => database.use() as unknown as Kysely<ArtifactTables>;
  /** Those that this person may see. */
  const own = (owner: string) =>
    use().selectFrom('kit_artifacts').where('owner', '=', owner).where('expires_at', '>', new Date());
  return {
    async keep(owner, artifact) {
      const content = JSON.stringify(artifact);
      const createdAt = new Date();
      const kept = { id: randomUUID(), expiresAt: new Date(createdAt.getTime() + retentionDays * DAY_MS) };
      await use()
        .transaction()
        .execute(async (db) => {
          const { type, title } = artifact;
          const bytes = Buffer.byteLength(content);
          const times = { created_at: createdAt, expires_at: kept.expiresAt };
          await db
            .insertInto('kit_artifacts')
            .values({ id: kept.id, owner, type, title, content, bytes, ...times })
            .execute();
          await forgetOldest(db, owner, maxOwnerBytes);
        });
      return kept;
    },

    async read(owner, id) {
      if (!UUID.test(id)) return undefined;
      const row = await own(owner).select('content').where('id', '=', id).executeTakeFirst();
      return row && Artifact.parse(JSON.parse(row.content));
    },

    async list(owner, after) {
      const [time, id] = cursorOf(after);
      const rows = await own(owner)
        .select(['id', 'type', 'title', 'bytes', 'created_at', 'expires_at'])
        .$if(after !== undefined, (query) =>
          query.where(sql<boolean>`(created_at, id) < (${new Date(time)}, ${id}::uuid)`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(PAGE + 1)
        .execute();
      const page = rows.slice(0, PAGE);
      const last = rows.length > PAGE ? page.at(-1) : undefined;
      return {
        artifacts: page.map(({ created_at, expires_at, ...row }) => ({
          ...row,
          createdAt: created_at,
          expiresAt: expires_at,
        })),
        next: last && `${last.created_at.getTime()} ${last.id}`,
      };
    },

    async sweep() {
      const { numDeletedRows } = await use()
        .deleteFrom('kit_artifacts')
        .where('expires_at', '<=', new Date())
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CURSOR = /^(\d{1,15}) ([0-9a-f-]{36})$/;

/** Where the list goes on; from the beginning, for what is no cursor of ours: it shows no more than that. */
function cursorOf(after = ''): readonly [number, string] {
  const [, time = '', id = ''] = CURSOR.exec(after) ?? [];
  return UUID.test(id) ? [Number(time), id] : [MAX_TIME, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
}

/** Milliseconds: the end of the year 9999, which PostgreSQL and JavaScript both know. */
const MAX_TIME = Date.UTC(9999, 11, 31);

async function forgetOldest(db: Kysely<ArtifactTables>, owner: string, maxBytes: number): Promise<void> {
  await sql`
    delete from kit_artifacts where id in (
      select id from (
        select id, sum(bytes) over (order by created_at desc, id desc) as total from kit_artifacts where owner = ${owner}
      ) as newest where total > ${maxBytes}
    )`.execute(db);
}
