import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { qualifiedName } from '../mcpserver.ts';
import { manifestText } from '../testing/manifest-text.ts';
import { parseManifests } from '../validate.ts';
import { claimsOf, nextFolderState, type FolderState } from './folder-state.ts';
import type { FileLook } from './manifest-files.ts';
import { changedUids, EMPTY_TABLE, withClaims, type ServerTable } from './server-table.ts';

const STILL = { change: 40, loss: 300 };

/** A folder in memory, and what follows it, on a clock of its own. */
class Follower {
  now = 1_000_000;
  readonly files = new Map<string, FileLook>();
  state: FolderState = new Map();
  table: ServerTable = EMPTY_TABLE;
  changes: string[] = [];

  write(file: string, text: string): void {
    this.files.set(file, {
      stamp: `${file}:${this.now}`,
      digest: text,
      parsed: parseManifests(text, file),
      changedAt: this.now,
      readAt: this.now,
    });
  }

  delete(file: string): void {
    this.files.delete(file);
  }

  rename(from: string, to: string): void {
    const look = this.files.get(from);
    if (!look || from === to) return;
    this.files.delete(from);
    this.write(to, look.digest);
  }

  look(): void {
    this.state = nextFolderState(this.state, this.files, this.now, STILL);
    const next = withClaims(this.table, claimsOf(this.state), new Date(this.now));
    this.changes.push(...changedUids(this.table, next));
    this.table = next;
  }

  wait(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += Math.min(20, end - this.now)) this.look();
    this.look();
  }
}

const following = (files: Record<string, string>): Follower => {
  const follower = new Follower();
  for (const [file, text] of Object.entries(files)) follower.write(file, text);
  follower.wait(1000);
  follower.changes = [];
  return follower;
};

const shown = ({ table }: Follower): string[] =>
  [...table.rows.values()]
    .map(({ server, problems }) => {
      const kept = problems.length > 0 ? ' (kept)' : '';
      return `${qualifiedName(server)}=${server.spec.binary}@${server.origin?.file}${kept}`;
    })
    .sort();

describe('a file that is renamed', () => {
  test('changes nothing for its servers', () => {
    const follower = following({ 'a.yaml': `${manifestText('a')}---\n${manifestText('b')}` });
    follower.rename('a.yaml', 'z.yaml');
    follower.wait(1000);
    expect(shown(follower)).toEqual(['default/a=notes-server@z.yaml', 'default/b=notes-server@z.yaml']);
    expect(follower.changes).toEqual([]);
  });

  test('takes its last good state along', () => {
    const follower = following({ 'a.yaml': manifestText('a') });
    follower.write('a.yaml', '"');
    follower.wait(1000);
    follower.rename('a.yaml', 'z.yaml');
    follower.wait(1000);
    expect(shown(follower)).toEqual(['default/a=notes-server@z.yaml (kept)']);
  });

  test('and back again at once is where it was', () => {
    const follower = following({ 'b.yaml': manifestText('a') });
    follower.rename('b.yaml', 'a.yaml');
    follower.wait(1);
    follower.rename('a.yaml', 'b.yaml');
    follower.wait(1000);
    expect(shown(follower)).toEqual(['default/a=notes-server@b.yaml']);
    expect(follower.changes).toEqual([]);
  });

  test('to the place of another replaces that one', () => {
    const follower = following({ 'a.yaml': manifestText('a'), 'b.yaml': manifestText('b') });
    follower.rename('a.yaml', 'b.yaml');
    follower.wait(1000);
    expect(shown(follower)).toEqual(['default/a=notes-server@b.yaml']);
  });
});

test('a document that moves from one file to another is the same server', () => {
  const follower = following({
    'a.yaml': `${manifestText('a')}---\n${manifestText('b')}`,
    'c.yaml': manifestText('c'),
  });
  follower.write('a.yaml', manifestText('a'));
  follower.wait(100);
  follower.write('c.yaml', `${manifestText('c')}---\n${manifestText('b')}`);
  follower.wait(1000);
  expect(shown(follower)).toContain('default/b=notes-server@c.yaml');
  expect(follower.changes).toEqual([]);
});

test.each(['', manifestText('a').slice(0, 40), manifestText('a')])('half a save (%j) is not seen', (half) => {
  const whole = `${manifestText('a')}---\n${manifestText('b')}`;
  const follower = following({ 'a.yaml': whole });
  follower.write('a.yaml', half);
  follower.wait(200);
  follower.write('a.yaml', whole);
  follower.wait(1000);
  expect(follower.changes).toEqual([]);
});

describe('random operations', () => {
  const FILES = ['a.yaml', 'b.yaml', 'c.yaml'];
  const file = fc.constantFrom(...FILES);
  const manifest = fc
    .record({ name: fc.constantFrom('x', 'y', 'z'), binary: fc.constantFrom('one', 'two', 'no good') })
    .map(({ name, binary }) => manifestText(name, { binary }));
  const document = fc.oneof({ weight: 6, arbitrary: manifest }, fc.constantFrom('"', '', 'kind: McpServer\n'));
  const text = fc.array(document, { maxLength: 3 }).map((documents) => documents.join('---\n'));
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), file, text }),
    fc.record({ kind: fc.constant('delete' as const), file }),
    fc.record({ kind: fc.constant('rename' as const), file, to: file }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 30, 100, 400) }),
  );

  const run = (follower: Follower, step: typeof operation extends fc.Arbitrary<infer Step> ? Step : never): void => {
    if (step.kind === 'write') follower.write(step.file, step.text);
    else if (step.kind === 'delete') follower.delete(step.file);
    else if (step.kind === 'rename') follower.rename(step.file, step.to);
    else follower.wait(step.ms);
  };

  test('lead to what a fresh start finds, but for what is kept of broken files', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (steps) => {
        const follower = new Follower();
        for (const step of steps) run(follower, step);
        follower.wait(1000);
        const fresh = following(Object.fromEntries([...follower.files].map(([name, { digest }]) => [name, digest])));
        expect(shown(follower).filter((line) => !line.endsWith('(kept)'))).toEqual(shown(fresh));
        // Nothing is kept without somebody being told.
        const broken = [...follower.files].filter(([, { parsed }]) => parsed.problems.length > 0).map(([name]) => name);
        for (const { server } of [...follower.table.rows.values()].filter(({ problems }) => problems.length > 0)) {
          expect(broken).toContain(server.origin?.file);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('never break what the identities promise', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (steps) => {
        const follower = new Follower();
        for (const step of steps) {
          const before = follower.table;
          run(follower, step);
          follower.look();
          const servers = [...follower.table.rows].map(([uid, { server }]) => ({ uid, server }));
          const versions = servers.map(({ server }) => server.metadata.resourceVersion);
          expect(new Set(versions).size).toBe(versions.length);
          for (const { uid, server } of servers) {
            expect(server.metadata.uid).toBe(uid);
            const old = before.rows.get(uid)?.server;
            const isSame = old?.metadata.resourceVersion === server.metadata.resourceVersion;
            expect(isSame ? old.spec : server.spec).toEqual(server.spec);
            expect(server.metadata.generation).toBeGreaterThanOrEqual(isSame ? old.metadata.generation : 1);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
