import { expect, test } from 'vitest';
import { Failure } from '../../../core/failure.ts';
import type { Place, ServerView } from '../../places/place.ts';
import { chooseToken } from './choose-token.ts';

const place: Place = {
  kind: 'cluster',
  label: 'the cluster',
  namespace: 'default',
  list: async () => ({ servers: [], problems: [] }),
  access: async () => ({ url: '', token: 'own' }),
  close: async () => {},
};
const server = (url: string): ServerView => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name: 'notes', namespace: 'default' },
  spec: {},
  status: { url, conditions: [] },
});
const chosen = async (origin: string) =>
  chooseToken({ place, server: server(`${origin}/api/v1/mcp/notes/mcp`), wanted: { token: 'given' } });

test.each(['https://mcp.example.com', 'http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
  'a token that is given goes to %s',
  async (origin) => {
    expect(await chosen(origin)).toEqual({ kind: 'token', token: 'given', isGiven: true });
  },
);

test.each(['http://mcp.example.com', 'http://10.0.0.1:8080', 'http://localhost.example.com', 'ftp://localhost'])(
  'a token that is given never goes to %s',
  async (origin) => {
    const token = await chosen(origin);
    expect(token).toMatchObject({ kind: 'missing', why: { cause: 'UnsafeUrl' } });
    expect(JSON.stringify(token)).not.toContain('given');
  },
);

test('the gateway that a cluster names stands in the command to copy as one word', async () => {
  const origin = 'https://x$(touch${ifs}a)y.example';
  const signedOut: Place = {
    ...place,
    access: async () => {
      throw new Failure('not_signed_in', 'Sign in first.');
    },
  };
  const token = await chooseToken({ place: signedOut, server: server(`${origin}/notes`), wanted: {} });
  expect(token).toMatchObject({ why: { fix: expect.stringContaining(`mooring login '${origin}'`) } });
});
