import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../test/support/mooring.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { homePaths } from '../core/home.ts';

const MOORING = join(import.meta.dirname, '..', 'bin', 'mooring');
const env = { ...process.env, MOORING_PLACE: undefined, MOORING_LOG_LEVEL: undefined };

/** `mooring list` of a state folder whose socket answers like this. */
async function listed(answer: RequestListener, more: NodeJS.ProcessEnv = {}) {
  const home = await temporaryFolder();
  const server = createServer(answer).listen(homePaths(home).controlSocket);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return run(MOORING, ['list', '--home', home], { env: { ...env, ...more } });
}

test('a kubeconfig file that cannot be read is told in one line, without what is in it', async () => {
  const path = join(await temporaryFolder(), 'config');
  await writeFile(path, 'users:\n- name: me\n  user:\n    token: c2VjcmV0: x\n');
  for (const [file, told] of [
    [path, 'line 4'],
    [`${path}-2`, 'ENOENT'],
  ] as const) {
    const { code, stdout, stderr } = await run(MOORING, ['list', '--kubeconfig', file], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^mooring: [^\n]* \(no_cluster, \w{8}\)\n$/);
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('c2VjcmV0');
  }
});

test.each([200, 404])('a control socket that answers %i with something else is told as such', async (status) => {
  const { code, stderr } = await listed((_, response) => void response.writeHead(status).end('<html>'));
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^mooring: What listens on .* does not answer like Mooring\. .* \(control_unreachable, \w{8}\)\n$/,
  );
});

test('what nobody expected is one line with an id; the log tells more where it is asked for', async () => {
  const answer: RequestListener = (_, response) => void response.end('{}');
  const { code, stderr } = await listed(answer);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^mooring: Something went wrong within mooring itself\. .* \(internal_error, \w{8}\)\n$/);
  const debug = await listed(answer, { MOORING_LOG_LEVEL: 'debug' });
  const [line = '', message = ''] = debug.stderr.split('\n');
  const { id, err } = JSON.parse(line) as { id: string; err: { stack: string } };
  expect(message).toContain(`(internal_error, ${id})`);
  expect(err.stack).toContain('TypeError');
});

test('a message with text of strangers gives the terminal no orders', async () => {
  const error = { error: 'refused', error_description: 'no\u001B[2J', error_id: 'x' };
  const { stderr } = await listed((_, response) => void response.writeHead(400).end(JSON.stringify(error)));
  expect(stderr).toMatch(/^mooring: no\uFFFD\[2J \(refused, x\)\n$/);
});

test('a reader that has gone does not end the work, which ends as it would have', async () => {
  const folder = await temporaryFolder();
  const built = join(folder, 'built');
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'Dockerfile'), 'FROM scratch\n');
    await writeFile(
      join(folder, name, 'server.yaml'),
      `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: ${name}}\nspec: {image: "example/${name}:1"}\n`,
    );
  }
  const builder = join(folder, 'builder');
  await writeFile(builder, `#!/bin/sh\necho "$1" >>'${built}'\n`, { mode: 0o755 });
  const line = `'${MOORING}' build --folder '${folder}' 2>&1 | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout } = await run('bash', ['-c', line], {
    env: { ...env, MOORING_IMAGE_BUILDER: `${builder} {tag} {folder}` },
  });
  expect(stdout).toBe('0\n');
  expect(await readFile(built, 'utf8')).toBe('example/a:1\nexample/b:1\n');
});
