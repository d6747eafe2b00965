import { types, type PoolClient } from 'pg';

/** Several statements give several results, and the rows are of the last that has any, which is how pg-boss reads them. */
export async function rowsOf(client: PoolClient, text: string, values?: readonly unknown[]): Promise<readonly unknown[]> {
  const result: unknown = await client.query(text, values === undefined ? undefined : [...values]);
  if (!Array.isArray(result)) return (result as { readonly rows: readonly unknown[] }).rows;
  return (result as readonly { readonly rows: readonly unknown[] }[]).findLast(({ rows }) => rows.length > 0)?.rows ?? [];
}

/** Whole numbers are numbers: none of them comes near 2^53. */
export function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  return oid === Number(types.builtins.INT8) && format !== 'binary' ? Number : types.getTypeParser(oid, format);
}
