import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/mooring.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

test.each([
  ['its port', 0, /Port (\d+) on 127\.0\.0\.1 is taken\. .*--port/],
  ['the port after it', 1, /Port \d+ is taken: the port of health and metrics, \d+ \+ 1\. .*--port/],
])('where %s is taken, Mooring says which it is before it starts anything', async (_, below, message) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const home = join(await temporaryFolder(), 'home');
  const { code, stderr } = await run(MOORING, ['up', '--home', home, '--port', String(port - below)]);
  other.close();
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(await readdir(home)).toEqual([]);
});
