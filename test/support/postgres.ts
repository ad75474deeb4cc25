import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { newPassword, provisionRole } from '../../core/postgres-role.ts';

/** The URL of a fresh role with an empty schema of its own, on the one PostgreSQL of this test run: apart from all other tests, in milliseconds. */
export async function testDatabase(role: string): Promise<string> {
  return provisionRole(await testAdminUrl(), `${role}_${randomBytes(4).toString('hex')}`, newPassword());
}

/** The superuser's URL of the PostgreSQL of this test run, which the first call starts. */
export async function testAdminUrl(): Promise<string> {
  const [response] = (await once(get({ socketPath: inject('postgresDoor') }), 'response')) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`The PostgreSQL of the tests did not start: ${answer}`);
  return answer;
}
