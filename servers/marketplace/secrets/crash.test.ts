import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { connectModern } from '../../../test/support/eras.ts';
import { findInFolder } from '../../../test/support/find-in-folder.ts';
import { createIdentities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { startMarketplaceProcess } from '../testing/marketplace-process.ts';

const VALUE = 'FAKE-crash-9c41e7b2d05f';

test.runIf(process.platform === 'linux')(
  'a server that crashes with a value in its memory leaves no core file, no report and no value in its folders or its log',
  { timeout: 60_000 },
  async () => {
    await using identities = await createIdentities();
    const folder = await temporaryFolder();
    const [cwd = '', HOME = '', TMPDIR = ''] = ['work', 'home', 'tmp'].map((name) => join(folder, name));
    for (const each of [cwd, HOME, TMPDIR]) await mkdir(each);
    const MOORING_KEK_FILE = join(folder, 'kek');
    await writePrivateFile(MOORING_KEK_FILE, newKek());
    const env = { ...identities.env, HOME, TMPDIR, MOORING_KEK_FILE, DATABASE_URL: await testDatabase('marketplace') };
    // The system would allow core files as large as they come.
    await using server = await startMarketplaceProcess(env, { before: 'ulimit -S -c unlimited', cwd });
    const headers = await identities.headers({ subject: 'ada', scopes: ['user', 'secrets:read'] });
    await using client = await connectModern(`${server.url}/mcp`, headers);
    await client.call('manage_secrets', { action: 'set', name: 'ONE', value: VALUE });
    expect((await client.call('get_secrets', { names: ['ONE'] })).structuredContent).toMatchObject({
      secrets: [{ value: VALUE }],
    });
    // A caller that gives the value away in the wrong places.
    for (const input of [
      { action: 'set', name: 'ONE', value: VALUE },
      { action: 'set', name: VALUE, value: VALUE },
      { action: VALUE, name: 'ONE' },
    ]) {
      expect(await client.call('manage_secrets', input)).toHaveProperty('isError', true);
    }
    expect(await readFile(`/proc/${server.pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 /m);
    // As V8 ends when it has no memory left, or finds itself broken.
    process.kill(server.pid, 'SIGABRT');
    expect(await server.ended).toBe('SIGABRT');
    expect(await readdir(cwd)).toEqual([]);
    expect(await findInFolder(folder, [VALUE])).toEqual([]);
    expect(server.output()).not.toContain(VALUE);
    // That it would be found.
    expect(await findInFolder(folder, [(await readFile(MOORING_KEK_FILE, 'utf8')).trim()])).toEqual([MOORING_KEK_FILE]);
  },
);
