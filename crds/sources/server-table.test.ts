import { describe, expect, test } from 'vitest';
import { parseManifests } from '../validate.ts';
import { manifestText } from '../testing/manifest-text.ts';
import { changedUids, EMPTY_TABLE, withClaims, withStatus, type Claim, type ServerTable } from './server-table.ts';

/** What a file claims: `name` or `name=binary`. */
const file = (path: string, ...documents: string[]): Claim[] => {
  const texts = documents.map((document) => {
    const [name, binary = 'x'] = document.split('=');
    return manifestText(name, { binary });
  });
  return parseManifests(texts.join('---\n'), path).manifests.map(({ manifest, line }) => ({
    manifest,
    file: path,
    line,
    problems: [],
    fading: false,
  }));
};
const fading = (claims: Claim[]): Claim[] => claims.map((claim) => ({ ...claim, fading: true }));

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const shown = (table: ServerTable): string[] =>
  [...table.rows.values()].map(({ server }) => `${server.metadata.name}=${server.spec.binary}@${server.origin?.file}`);
const first = (table: ServerTable) => {
  const [row] = table.rows.values();
  if (!row) throw new Error('no row');
  return row.server;
};
const RUNNING = { conditions: [], url: 'http://localhost:8080/' };

test('a server gets an identity that follows from its name only', () => {
  const { metadata, origin } = first(withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0)));
  const other = first(withClaims(EMPTY_TABLE, file('other/b.yaml', 'notes=y'), at(9)));
  expect(metadata).toEqual({
    name: 'notes',
    namespace: 'default',
    uid: other.metadata.uid,
    generation: 1,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00.000Z',
  });
  // RFC 9562: version 8, variant 10.
  expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(origin).toEqual({ file: 'a.yaml', line: 1 });
});

test('the generation grows with the spec only, the resourceVersion with everything', () => {
  const one = withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0));
  const { uid } = first(one).metadata;
  const two = withStatus(one, uid, RUNNING);
  const three = withClaims(two, file('a.yaml', 'notes=y'), at(1));
  const versions = [one, two, three].map((table) => first(table).metadata);
  expect(versions.map(({ generation }) => generation)).toEqual([1, 1, 2]);
  expect(versions.map(({ resourceVersion }) => resourceVersion)).toEqual(['1', '2', '3']);
  expect(first(three).status).toEqual(RUNNING);
  expect(first(three).metadata.creationTimestamp).toBe(at(0).toISOString());
});

test('labels change the resourceVersion and not the generation', () => {
  const [claim] = file('a.yaml', 'notes');
  if (!claim) throw new Error('no claim');
  const metadata = { ...claim.manifest.metadata, labels: { team: 'a' } };
  const one = withClaims(EMPTY_TABLE, [claim], at(0));
  const two = withClaims(one, [{ ...claim, manifest: { ...claim.manifest, metadata } }], at(1));
  expect(first(two).metadata).toMatchObject({ generation: 1, resourceVersion: '2', labels: { team: 'a' } });
});

test('the same claims, or only another place, are no change', () => {
  const one = withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0));
  const again = withClaims(one, file('a.yaml', 'notes'), at(1));
  expect(first(again)).toBe(first(one));
  const below = withClaims(again, file('a.yaml', 'more', 'notes'), at(2));
  expect(changedUids(again, below)).toEqual(
    [...below.rows.values()].slice(0, 1).map(({ server }) => server.metadata.uid),
  );
  expect(shown(below)).toEqual(['more=x@a.yaml', 'notes=x@a.yaml']);
});

test('an equal status is no change, and one for nobody neither', () => {
  const one = withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0));
  const { uid } = first(one).metadata;
  const two = withStatus(one, uid, RUNNING);
  expect(withStatus(two, uid, structuredClone(RUNNING))).toBe(two);
  expect(withStatus(two, 'nobody', RUNNING)).toBe(two);
});

test('servers cannot be changed by who reads them', () => {
  const { spec, metadata } = first(withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0)));
  expect(() => spec.oauth.scopes.push('admin')).toThrow(TypeError);
  expect(() => Object.assign(metadata, { uid: 'x' })).toThrow(TypeError);
});

describe('two claims to one name', () => {
  const both = [...file('b.yaml', 'notes=b'), ...file('a.yaml', 'notes=a')];
  const { uid } = first(withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0))).metadata;
  const owner = (table: ServerTable): string | undefined => table.rows.get(uid)?.server.spec.binary;

  test('of the same look: the first by path owns it, the other is a server of its own', () => {
    const table = withClaims(EMPTY_TABLE, both, at(0));
    expect(owner(table)).toBe('a');
    expect(shown(table)).toEqual(['notes=a@a.yaml', 'notes=b@b.yaml']);
    expect(table.rows.size).toBe(2);
  });

  test('of different looks: the older owns it, whatever the paths', () => {
    const older = withClaims(EMPTY_TABLE, file('b.yaml', 'notes=b'), at(0));
    const table = withClaims(older, both, at(5));
    expect(owner(table)).toBe('b');
    expect(changedUids(older, table)).not.toContain(uid);
    const created = [...table.rows.values()].map(({ server }) => server.metadata.creationTimestamp);
    expect(created).toEqual([at(0).toISOString(), at(5).toISOString()]);
  });

  test('in the same file: the first owns it, and any number of others are servers', () => {
    const table = withClaims(EMPTY_TABLE, file('a.yaml', 'notes=1', 'notes=2', 'notes=3'), at(0));
    expect(owner(table)).toBe('1');
    expect(table.rows.size).toBe(3);
  });

  test('the owner goes: the other owns the name, as an edit of the same server', () => {
    const before = withStatus(withClaims(EMPTY_TABLE, both, at(0)), uid, RUNNING);
    const after = withClaims(before, file('b.yaml', 'notes=b'), at(1));
    expect(owner(after)).toBe('b');
    expect(after.rows.size).toBe(1);
    expect(first(after)).toMatchObject({ metadata: { generation: 2 }, status: RUNNING });
    expect(changedUids(before, after)).toHaveLength(2);
  });

  test('the other goes: nothing happens to the owner', () => {
    const before = withClaims(EMPTY_TABLE, both, at(0));
    const after = withClaims(before, file('a.yaml', 'notes=a'), at(1));
    expect(after.rows.get(uid)).toEqual(before.rows.get(uid));
    expect(changedUids(before, after)).not.toContain(uid);
  });

  test('the same name in another namespace is another name', () => {
    const [claim] = file('b.yaml', 'notes');
    if (!claim) throw new Error('no claim');
    const metadata = { ...claim.manifest.metadata, namespace: 'team-a' };
    const elsewhere = { ...claim, manifest: { ...claim.manifest, metadata } };
    const table = withClaims(EMPTY_TABLE, [...file('a.yaml', 'notes'), elsewhere], at(0));
    expect(table.rows.size).toBe(2);
    expect(owner(table)).toBe('x');
  });
});

describe('a manifest that moves', () => {
  const before = withClaims(EMPTY_TABLE, file('a.yaml', 'notes'), at(0));

  test('to a new file, while the old one fades, stays the same server', () => {
    const after = withClaims(before, [...fading(file('a.yaml', 'notes')), ...file('z.yaml', 'notes')], at(1));
    expect(shown(after)).toEqual(['notes=x@z.yaml']);
    expect(changedUids(before, after)).toEqual([]);
    expect(changedUids(after, withClaims(after, file('z.yaml', 'notes'), at(2)))).toEqual([]);
  });

  test('at once, stays the same server', () => {
    const after = withClaims(before, file('z.yaml', 'notes'), at(1));
    expect(shown(after)).toEqual(['notes=x@z.yaml']);
    expect(changedUids(before, after)).toEqual([]);
  });

  test('and changes, is an edited server of the same age', () => {
    const after = withClaims(before, file('z.yaml', 'notes=y'), at(1));
    expect(first(after).metadata).toMatchObject({ generation: 2, creationTimestamp: at(0).toISOString() });
  });

  test('what fades stays as long as it fades, also before one that waits for its name', () => {
    const rival = withClaims(before, [...file('a.yaml', 'notes'), ...file('b.yaml', 'notes=b')], at(1));
    const saving = withClaims(rival, [...fading(file('a.yaml', 'notes')), ...file('b.yaml', 'notes=b')], at(2));
    expect(changedUids(rival, saving)).toEqual([]);
    expect(shown(saving)).toEqual(['notes=x@a.yaml', 'notes=b@b.yaml']);
  });
});
