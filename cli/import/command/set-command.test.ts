import { expect, test } from 'vitest';
import { newDraft } from '../draft.ts';
import { setCommand } from './set-command.ts';

function specOf(command: string) {
  const draft = newDraft({ name: 'x' });
  setCommand(draft, command.split(' '));
  return { ...draft.spec, env: [...draft.env.values()] };
}
const npm = (name: string, version: string) => ({ package: { registry: 'npm', name, version } });
const pypi = (name: string, version: string) => ({ package: { registry: 'pypi', name, version } });

test.each([
  ['npx -y a@1.2.3', npm('a', '1.2.3')],
  ['npx --yes @a/b@1.2.3-rc.1 --flag x', { ...npm('@a/b', '1.2.3-rc.1'), args: ['--flag', 'x'] }],
  ['npx --package=@a/b@1.2.3 b', npm('@a/b', '1.2.3')],
  ['npx -p @a/b@1.2.3 b x', { ...npm('@a/b', '1.2.3'), args: ['x'] }],
  ['C:\\node\\npx.cmd -y a@1.2.3', npm('a', '1.2.3')],
  ['cmd /c npx -y a@1.2.3', npm('a', '1.2.3')],
  ['bunx a@1.2.3', npm('a', '1.2.3')],
  ['pnpm dlx a@1.2.3', npm('a', '1.2.3')],
  ['npm exec -y -- a@1.2.3 x', { ...npm('a', '1.2.3'), args: ['x'] }],
  ['uvx a==1.2', pypi('a', '1.2')],
  ['uvx a@1.2.3', pypi('a', '1.2.3')],
  ['uvx --from a==1.2.3 a x', { ...pypi('a', '1.2.3'), args: ['x'] }],
  ['uv tool run a==1.2.3.post1', pypi('a', '1.2.3.post1')],
  ['pipx run a==1.2.3', pypi('a', '1.2.3')],
])('%s is a package', (command, spec) => {
  expect(specOf(command)).toEqual({ transport: 'stdio', env: [], ...spec });
});

test.each([
  ['npx -y a'],
  ['npx -y a@latest'],
  ['npx -y a@^1.2.3'],
  ['npx -y a@1.2'],
  ['npx -y github:a/b'],
  ['npx --package a@1.2.3 other-program'],
  ['npx -c a'],
  ['uvx a'],
  ['uvx a>=1.2'],
  ['uvx --from git+https://example.com/a.git a'],
  ['uvx --with b a==1.2.3'],
  ['npx'],
])('%s is no package of one exact version, so it stays a program', (command) => {
  const [binary, ...args] = command.split(' ');
  expect(specOf(command)).toEqual({ transport: 'stdio', env: [], binary, ...(args.length > 0 && { args }) });
});

test.each<[string, Record<string, unknown> & { env?: string[] }]>([
  ['docker run -i --rm a/b:1', { image: 'a/b:1' }],
  [
    'docker run -it --init --name x --network host a/b:1 serve --docker',
    { image: 'a/b:1', args: ['serve', '--docker'] },
  ],
  ['docker run -p 127.0.0.1:3000:80/tcp a/b:1', { image: 'a/b:1', port: 80 }],
  ['docker run --entrypoint=/bin/x a/b:1 y', { image: 'a/b:1', binary: '/bin/x', args: ['y'] }],
  ['podman run -eA=b --env=C=d -e E=f a/b', { image: 'a/b', env: ['A=b', 'C=d', 'E=f'] }],
  ['docker run --unknown value a/b', { image: 'a/b' }],
  ['env A=b docker run -i a/b', { image: 'a/b', env: ['A=b'] }],
])('%s is an image', (command, { env = [], ...spec }) => {
  const variables = env.map((text) => ({ name: text.split('=')[0], value: text.split('=')[1] }));
  expect(specOf(command)).toEqual({ transport: 'stdio', env: variables, ...spec });
});

test.each([
  ['npx -y mcp-remote https://a.example/mcp', {}],
  ['npx mcp-remote@0.1.18 https://a.example/mcp 3334 --allow-http', {}],
  ['npx mcp-remote https://a.example/sse', { transport: 'sse' }],
  ['npx mcp-remote https://a.example/sse --transport http-only', {}],
  ['npx mcp-remote https://a.example/mcp --transport sse-only', { transport: 'sse' }],
])('%s is the remote server behind the bridge', (command, spec) => {
  const url = command.includes('/sse') ? 'https://a.example/sse' : 'https://a.example/mcp';
  expect(specOf(command)).toEqual({ remote: { url }, env: [], ...spec });
});

test('what the client’s container had and a server has not is noted, without its value', () => {
  const draft = newDraft({ name: 'x' });
  setCommand(draft, 'docker run -v /secret:/x --env-file .env --user 0 --privileged --gpus all a/b'.split(' '));
  expect(draft.notes.map(({ field }) => field)).toEqual(['--volume', '--env-file', '--user', '--privileged', '--gpus']);
  expect(JSON.stringify(draft.notes)).not.toContain('/secret');
});
