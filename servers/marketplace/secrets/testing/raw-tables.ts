import { Client } from 'pg';

async function withDatabase<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

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
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select to_jsonb(each)::text as line from ${name} as each`);
      const all = rows.map(({ line }) => line).join('\n');
      if (texts.some((text) => readableAs(text).some((form) => all.includes(form)))) found.push(name);
    }
    return found;
  });
}

/** bytea is shown in hexadecimal. Base64 without its end, which depends on what comes after. */
const readableAs = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [text, bytes.toString('hex'), whole.toString('base64'), whole.toString('base64url')];
};
