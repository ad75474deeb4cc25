import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testAdminUrl } from '../test/support/postgres.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.ts';
import { createLog } from './log.ts';
import { newPassword, provisionRole } from './postgres-role.ts';
import { startProcessGuard } from './process-guard.ts';

const unique = (name: string): string => `${name}_${randomBytes(4).toString('hex')}`;

/** `url` with another part: `at(url, { pathname: '/postgres' })`. */
const at = (url: string, parts: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string =>
  Object.assign(new URL(url), parts).href;

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('a role', async () => {
  const admin = await testAdminUrl();
  const [one, other] = [unique('one'), unique('other')];
  const [oneUrl, otherUrl] = [
    await provisionRole(admin, one, newPassword()),
    await provisionRole(admin, other, newPassword()),
  ];
  await query(oneUrl, 'create table secrets as select 42 as answer');

  test('works in the schema of its own name', async () => {
    expect(await query(oneUrl, 'select answer, current_schema() as schema from secrets')).toEqual([
      { answer: 42, schema: one },
    ]);
    expect(
      await query(
        admin,
        `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = '${one}'`,
      ),
    ).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false }]);
  });

  test.each([
    ['read the tables of another role', `select * from ${one}.secrets`],
    ['change them', `insert into ${one}.secrets values (1)`],
    ['empty them', `truncate ${one}.secrets`],
    ['add to them', `create table ${one}.mine ()`],
    ['become that role', `set role ${one}`],
    ['use the schema public', 'create table public.mine ()'],
    ['make a schema', 'create schema mine'],
    ['make a temporary table', 'create temporary table mine ()'],
    ['make a role', 'create role mine'],
    ['read password verifiers', 'select * from pg_authid'],
    ['run programs', `copy (select 1) to program 'true'`],
    ['read files', `select pg_read_file('PG_VERSION')`],
  ])('may not %s', async (_, statement) => {
    await expect(query(otherUrl, statement)).rejects.toMatchObject({ code: '42501' });
  });

  test.each(['postgres', 'template1'])('may not log in to the database %s', async (database) => {
    // No line of pg_hba.conf lets it in.
    await expect(query(at(oneUrl, { pathname: `/${database}` }), 'select 1')).rejects.toMatchObject({ code: '28000' });
  });

  test('is given a new password and keeps all else when it is provisioned again', async () => {
    const again = await provisionRole(admin, one, newPassword());
    await expect(query(oneUrl, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(again, 'select answer from secrets')).toEqual([{ answer: 42 }]);
  });

  test('can be provisioned by several at once', async () => {
    const [role, password] = [unique('many'), newPassword()];
    const urls = await Promise.all(Array.from({ length: 4 }, () => provisionRole(admin, role, password)));
    expect(new Set(urls).size).toBe(1);
    expect(await query(urls[0] ?? '', 'select current_schema() as schema')).toEqual([{ schema: role }]);
  });

  test('may have a password with any printable character', async () => {
    const url = await provisionRole(admin, unique('odd'), `a%/@:?#'"\\ b`);
    expect(await query(url, 'select 1 as up')).toEqual([{ up: 1 }]);
  });

  test.each(['', 'Gateway', 'content-manager', 'a"; drop table x', 'x'.repeat(64)])(
    'is not called %j',
    async (name) => {
      await expect(provisionRole(admin, name, newPassword())).rejects.toThrow(TypeError);
    },
  );
});

describe('with a PostgreSQL of somebody else', () => {
  const guard = startProcessGuard();
  const folder = mkdtempSync(join(tmpdir(), 'mooring-role-'));
  guard.removeAtEnd(folder);
  let postgres: EmbeddedPostgres;
  /** May create roles and databases, and is no superuser: what managed services give. */
  let admin: string;
  let superuser: string;

  beforeAll(async () => {
    const log = createLog('test');
    log.level = 'fatal';
    const options = { folder, guard, log };
    await (await startEmbeddedPostgres(options)).stop();
    // As most servers have it: everybody may log in to every database.
    writeFileSync(join(folder, 'cluster', 'data', 'pg_hba.conf'), 'local all all scram-sha-256\n');
    postgres = await startEmbeddedPostgres(options);
    superuser = at(postgres.adminUrl, { pathname: '/postgres' });
    await query(superuser, `create role dba login createrole createdb password 'dba'`);
    admin = at(postgres.adminUrl, { username: 'dba', password: 'dba', pathname: '/shop' });
  });
  afterAll(async () => {
    await postgres.stop();
    await guard.stop();
  });

  test('a role with CREATEROLE and CREATEDB is enough, and the database is made', async () => {
    const one = await provisionRole(admin, 'one', newPassword());
    const other = await provisionRole(admin, 'other', newPassword());
    await provisionRole(admin, 'other', newPassword()).then((url) => query(url, 'create table mine ()'));
    expect(new URL(one).pathname).toBe('/shop');
    await query(one, 'create table secrets as select 42 as answer');
    await expect(query(at(other, { username: 'one' }), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    // Not even the administrator stays a member of what it made.
    await expect(query(admin, 'set role one')).rejects.toMatchObject({ code: '42501' });
  });

  test('two that make the database at once both succeed', async () => {
    const url = at(admin, { pathname: '/twice' });
    const urls = await Promise.all(['left', 'right'].map((role) => provisionRole(url, role, newPassword())));
    for (const role of urls) expect(await query(role, 'select 1 as up')).toEqual([{ up: 1 }]);
  });

  test('user and password in the query of the URL do not reach the component', async () => {
    const url = new URL(at(admin, { username: '', password: '' }));
    url.searchParams.set('user', 'dba');
    url.searchParams.set('password', 'dba');
    const role = await provisionRole(url.href, 'three', newPassword());
    expect(await query(role, 'select current_user as role')).toEqual([{ role: 'three' }]);
  });

  test('a database that stays open to everybody is refused', async () => {
    await query(superuser, 'create database foreign_owned');
    await query(superuser, 'grant create on database foreign_owned to dba');
    const failure = provisionRole(at(admin, { pathname: '/foreign_owned' }), 'four', newPassword());
    await expect(failure).rejects.toMatchObject({
      code: 'database_rights_missing',
      message: expect.stringContaining('every role may still use'),
    });
    // All or nothing.
    expect(await query(superuser, `select 1 from pg_roles where rolname = 'four'`)).toEqual([]);
  });

  test('a role without CREATEROLE is told what it needs', async () => {
    await query(superuser, `create role nobody_special login password 'x'`);
    await query(superuser, 'create database theirs owner nobody_special');
    const url = at(admin, { username: 'nobody_special', password: 'x', pathname: '/theirs' });
    await expect(provisionRole(url, 'five', newPassword())).rejects.toMatchObject({
      code: 'database_rights_missing',
      message: expect.stringContaining('CREATEROLE'),
    });
  });

  test('a server that is not there, or does not let us in, is named without the password', async () => {
    for (const url of [at(admin, { password: 'mistaken' }), 'postgresql://dba:mistaken@127.0.0.1:1/shop']) {
      const failure: Error = await provisionRole(url, 'six', newPassword()).then(
        () => new Error('it succeeded'),
        (error: Error) => error,
      );
      expect(failure).toMatchObject({ code: 'database_unreachable', status: 503 });
      expect(JSON.stringify([failure, failure.message, failure.stack])).not.toContain('mistaken');
    }
  });
});
