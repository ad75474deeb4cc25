import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { PNG } from 'pngjs';
import { expect, test, vi } from 'vitest';
import { connectModern, type ConnectedClient } from '../../test/support/eras.ts';
import { createIdentities } from '../../test/support/identities.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { runContentManager } from './testing/content-manager.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 300_000 });
const ROOT = join(import.meta.dirname, '../..');

/** `mooring server content-manager`, which kills itself (SIGKILL) at this step of its queries and files. */
function startAndDie(env: NodeJS.ProcessEnv, killAt: number) {
  const { PATH } = process.env;
  const killer = `--import ${join(ROOT, 'test/support/kill-at-query.ts')}`;
  const child = spawn(join(ROOT, 'bin/mooring'), ['server', 'content-manager'], {
    env: { PATH, ...env, MOORING_LOG_LEVEL: 'info', NODE_OPTIONS: killer, KILL_AT: String(killAt) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  return {
    exit,
    /** Its address when its tables are there; undefined where it died before. */
    ready: async () =>
      vi.waitFor(
        () => {
          if (child.signalCode !== null) return undefined;
          if (!output.includes('up to date')) throw new Error(`not ready: ${output}`);
          return /"url":"([^"]+)"/.exec(output)?.[1];
        },
        { timeout: 30_000, interval: 20 },
      ),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function rowsOf(databaseUrl: string, query: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(query)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('a process that is killed at any step of the migrations leaves a database that the next one works with', async () => {
  await using identities = await createIdentities('default/content-manager');
  let deaths = 0;
  // There are 90 steps: before and after each query. An odd stride meets both.
  for (let killAt = 0, lived = false; !lived; killAt += 11) {
    const DATABASE_URL = await testDatabase('content_manager');
    {
      await using killed = startAndDie({ ...identities.env, DATABASE_URL, HOME: await temporaryFolder() }, killAt);
      lived = (await killed.ready()) !== undefined;
      deaths += Number(!lived);
    }
    await using manager = await runContentManager({ DATABASE_URL });
    await using ada = await manager.connect('ada');
    const made = await ada.call('create_blog_post', { title: 'After', body: 'Text.' });
    expect(made.structuredContent, `killed at ${killAt}`).toMatchObject({ outcome: 'saved', post: { version: 1 } });
  }
  expect(deaths).toBeGreaterThan(3);
});

const CALLS = [
  ['create_blog_post', { title: 'Made', body: 'Whole.', status: 'published', export: true, checkLinks: false }],
  ['create_blog_post', { slug: 'old', version: 1, body: 'Two.', status: 'published', checkLinks: false }],
  ['generate_featured_image', { title: 'New picture', slug: 'old', alt: 'New picture.' }],
] as const;

/** How many of the calls were answered before the process died. */
async function callUntilDeath(client: ConnectedClient, exit: Promise<unknown>): Promise<number> {
  let answered = 0;
  for (const [name, input] of CALLS) {
    const isAnswered = await Promise.race([
      client.call(name, input).then(
        ({ isError }) => isError !== true,
        () => false,
      ),
      exit.then(() => false),
    ]);
    if (!isAnswered) break;
    answered += 1;
  }
  return answered;
}

/** What there is of a person's posts, with all versions, and of their pictures. */
async function postsOf(databaseUrl: string, owner: string) {
  const rows = await rowsOf(
    databaseUrl,
    `select slug, status, post.version, published_at is not null as dated, png, alt,
       (select array_agg(body order by each.version) from post_version each where post_id = id) as bodies
     from post left join post_image on post_id = id where owner = '${owner}'`,
  );
  return (slug: string) => {
    const { png, alt, ...post } = rows.find((row) => row['slug'] === slug) ?? {};
    return { post, picture: { png: png as Buffer | undefined, alt } };
  };
}

const MADE = { slug: 'made', status: 'published', version: 1, dated: true, bodies: ['Whole.'] };
const FIRST = { slug: 'old', status: 'draft', version: 1, dated: false, bodies: ['One.'] };
const SECOND = { ...FIRST, status: 'published', version: 2, dated: true, bodies: ['One.', 'Two.'] };

test('a process that is killed while it keeps posts and pictures loses nothing that it answered, and leaves nothing half', async () => {
  await using identities = await createIdentities('default/content-manager');
  const [DATABASE_URL, HOME] = [await testDatabase('content_manager'), await temporaryFolder()];
  await using other = await runContentManager({ DATABASE_URL, HOME });
  const deaths = new Set<number>();
  // Some 110 steps, of which the first 44 start the process. An odd stride meets steps before and after queries.
  for (let killAt = 45, lived = false; !lived; killAt += 5) {
    const subject = `ada${killAt}`;
    await using ada = await other.connect(subject);
    await ada.call('create_blog_post', { title: 'Old', body: 'One.' });
    await ada.call('generate_featured_image', { title: 'Old picture', slug: 'old', alt: 'Old picture.' });
    let answered = 0;
    {
      await using killed = startAndDie({ ...identities.env, DATABASE_URL, HOME }, killAt);
      const url = await killed.ready();
      if (url !== undefined) {
        const headers = await identities.headers({ subject, scopes: ['user'] });
        await using client = await connectModern(`${url}/mcp`, headers);
        answered = await callUntilDeath(client, killed.exit);
        lived = answered === CALLS.length;
        if (!lived) deaths.add(answered);
      }
    }
    const at = `killed at ${killAt}, after ${answered} answers`;
    const found = await postsOf(DATABASE_URL, subject);
    expect(answered >= 1 ? [MADE] : [MADE, {}], at).toContainEqual(found('made').post);
    expect(answered >= 2 ? [SECOND] : [FIRST, SECOND], at).toContainEqual(found('old').post);
    const { png = Buffer.alloc(0), alt } = found('old').picture;
    expect(PNG.sync.read(png)).toMatchObject({ width: 1200, height: 630 });
    expect(['Old picture.', 'New picture.']).toContain(alt);
    // Done once more, what was kept is said, and what was not is made.
    for (const [name, input] of CALLS) await ada.call(name, input);
    const now = await postsOf(DATABASE_URL, subject);
    expect([now('made').post, now('old').post, now('old').picture.alt], at).toEqual([MADE, SECOND, 'New picture.']);
  }
  expect([...deaths].toSorted((few, more) => few - more)).toEqual([0, 1, 2]);
  const files = (await readdir(HOME, { recursive: true })).filter((name) => name.endsWith('.md'));
  for (const file of files) expect(await readFile(join(HOME, file), 'utf8')).toMatch(/\nWhole\.\n$/);
});
