import { expect, test } from 'vitest';
import { findServer } from './find-server.ts';
import { commandFor } from './command-for.ts';
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

const judged = (view: ServerView, status: 'True' | 'False', reason: string): ServerView => ({
  ...view,
  status: { conditions: [{ type: 'Accepted', status, reason, message: '', lastTransitionTime: '' }] },
});

test('who takes a name that another server has does not take it from those who use it', async () => {
  const loser = judged(server('notes', 'other'), 'False', 'NameTaken');
  const owner = judged(server('notes'), 'True', 'Accepted');
  await expect(findServer(place(loser, owner), 'notes')).resolves.toBe(owner);
  await expect(findServer(place(loser, owner), 'other/notes')).resolves.toBe(loser);
  // An edit that is not valid does not take the name away.
  const edited = judged(owner, 'False', 'NotSupported');
  await expect(findServer(place(loser, edited), 'notes')).resolves.toBe(edited);
  await expect(findServer(place(loser, judged(loser, 'False', 'NameTaken')), 'notes')).rejects.toMatchObject({
    code: 'ambiguous_name',
  });
});

test('a command to be copied means this server and no other', () => {
  const loser = judged(server('notes', 'other'), 'False', 'NameTaken');
  const laptop = { kind: 'laptop' } as const;
  expect(commandFor({ place: laptop, server: server('notes') }, 'show')).toBe('mooring show notes');
  expect(commandFor({ place: laptop, server: loser }, 'show')).toBe('mooring show other/notes');
  expect(commandFor({ place: { kind: 'cluster' }, server: loser }, 'show')).toBe('mooring show notes -n other');
});

test('a name that is not there leads to the nearest one', async () => {
  await expect(findServer(place(server('marketplace')), 'marketplce')).rejects.toMatchObject({
    code: 'unknown_server',
    message: 'There is no server "marketplce" on this machine. Did you mean marketplace?',
  });
  await expect(findServer(place(), 'x')).rejects.toThrow('`mooring list` shows what is there');
});
