import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseManifests } from '../../crds/validate.ts';
import { Failure } from '../../core/failure.ts';
import { importServers } from './import-servers.ts';
import { arbitrarySource, SECRET } from './testing/arbitrary-source.ts';

function imported(file: string, text: string) {
  try {
    return importServers([{ file, text, isNamed: true }]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { servers: [], notes: [{ server: '', field: '', message: error.message }], refused: [] };
  }
}

test('whatever a file holds, what comes of it is valid, and nothing but a Failure is thrown', () => {
  let made = 0;
  fc.assert(
    fc.property(arbitrarySource, (value) => {
      const { servers, notes } = imported('x.json', JSON.stringify(value));
      made += servers.length;
      const text = servers.map((server) => server.text).join('---\n');
      const { manifests, problems } = parseManifests(text, 'x.yaml');
      expect(problems).toEqual([]);
      expect(manifests.map(({ manifest }) => manifest.metadata)).toMatchObject(
        servers.map(({ manifest }) => manifest.metadata),
      );
      // Notes go to a terminal.
      for (const { server, field, message } of notes) expect(server + field + message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
    { numRuns: 1000 },
  );
  expect(made).toBeGreaterThan(300);
});

test('text that is neither JSON nor YAML of any sense is a Failure at most', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('x.json', 'x.yaml', 'stdin'),
      fc.string({ unit: 'binary', maxLength: 200 }),
      (file, text) => {
        expect(imported(file, text).servers).toBeInstanceOf(Array);
      },
    ),
    { numRuns: 500 },
  );
});

test('a secret of a client’s configuration is in no manifest and in no note, wherever it stood', () => {
  const holders = fc.constantFrom(
    { command: 'x', env: { ANY: SECRET } },
    { command: 'x', args: ['--flag', SECRET] },
    { command: 'x', args: [`--flag=${SECRET}`] },
    { command: `npx -y x@1.0.0 ${SECRET}` },
    { command: 'env', args: [`ANY=${SECRET}`, 'x'] },
    { command: 'npx', args: ['-y', 'mcp-remote', 'https://a.example/mcp', '--header', `X-Any: ${SECRET}`] },
    { command: 'npx', args: ['-y', 'mcp-remote', `https://a.example/mcp?any=${SECRET}`] },
    { command: 'npx', args: ['-y', 'mcp-remote', 'https://a.example/mcp', `--any=${SECRET}`, '--other', SECRET] },
    { command: 'docker', args: ['run', '-e', `ANY=${SECRET}`, 'x/y:1', SECRET] },
    { command: 'docker', args: ['run', `--unknown=${SECRET}`, `-e=ANY=${SECRET}`, 'x/y:1'] },
    { url: 'https://a.example/mcp', headers: { 'X-Any': SECRET } },
    { url: `https://a.example/${SECRET}/mcp` },
    { url: `https://me:${SECRET}@a.example/mcp` },
    { command: 'x', oauth: { clientSecret: SECRET }, auth: SECRET, [`x`]: SECRET },
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), holders, { minKeys: 1, maxKeys: 3 }), (mcpServers) => {
      const { servers, notes } = imported('x.json', JSON.stringify({ mcpServers }));
      const said = JSON.stringify([servers.map(({ manifest, text }) => [manifest, text]), notes]);
      expect(said).not.toContain(SECRET);
    }),
    { numRuns: 500 },
  );
});
