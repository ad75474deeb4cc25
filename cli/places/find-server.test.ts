import { expect, test } from 'vitest';
import { findServer } from './find-server.ts';
import type { Place, ServerView } from './place.ts';

const server = (name: string, namespace = 'default'): ServerView => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name, namespace },
  spec: {},
});
const place = (...servers: ServerView[]): Place => ({
  kind: 'laptop',
  label: 'this machine',
  namespace: undefined,
  list: async () => ({ servers, problems: [] }),
  access: async () => ({ url: '' }),
  close: async () => {},
});

test('by name, or by namespace and name where several have it', async () => {
  const here = place(server('notes'), server('notes', 'team'), server('weather'));
  await expect(findServer(here, 'weather')).resolves.toMatchObject({ metadata: { name: 'weather' } });
  await expect(findServer(here, 'team/notes')).resolves.toMatchObject({ metadata: { namespace: 'team' } });
  await expect(findServer(here, 'notes')).rejects.toMatchObject({
    code: 'ambiguous_name',
    message: expect.stringContaining('default/notes, team/notes'),
  });
});

test('a name that is not there leads to the nearest one', async () => {
  await expect(findServer(place(server('marketplace')), 'marketplce')).rejects.toMatchObject({
    code: 'unknown_server',
    message: 'There is no server "marketplce" in this machine. Did you mean marketplace?',
  });
  await expect(findServer(place(), 'x')).rejects.toThrow('`mooring list` shows what is there');
});
