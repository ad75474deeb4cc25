import { Client } from 'pg';
import { readableForms } from '../../../../test/support/find-in-folder.ts';

async function withDatabase<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What somebody does who is in the database, as the role of the server. */
export const queryTables = async <Row>(url: string, sql: string, values: unknown[]): Promise<Row[]> =>
  withDatabase(url, async (client) => (await client.query(sql, values)).rows as Row[]);

/** Empties tables of the schema of this role. */
export const clearTables = async (url: string, names: readonly string[]): Promise<unknown> =>
  withDatabase(url, async (client) => client.query(`truncate ${names.join(', ')} cascade`));

/** Which tables of the schema hold one of these texts, in clear or in an encoding that anybody reads. */
export async function findInTables(url: string, texts: readonly string[]): Promise<readonly string[]> {
  return withDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema()`,
    );
    if (tables.length < 5) throw new Error('the tables are not there');
    // bytea is shown in hexadecimal.
    const forms = texts.flatMap(readableForms).map(String);
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select to_jsonb(each)::text as line from ${name} as each`);
      const all = rows.map(({ line }) => line).join('\n');
      if (forms.some((form) => all.includes(form))) found.push(name);
    }
    return found;
  });
}
