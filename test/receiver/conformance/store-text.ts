import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';

/** Everything that a store has on its disk or in its tables, as text; bytes as hexadecimal digits where the database shows them so. */
export function storeText(url: string): Promise<string> {
  return url.startsWith('sqlite:') ? Promise.resolve(filesText(url.slice('sqlite:'.length))) : tablesText(url);
}

function filesText(path: string): string {
  const files = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
  return files.map((name) => readFileSync(join(dirname(path), name), 'latin1')).join('\n');
}

async function tablesText(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ readonly name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ readonly text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
