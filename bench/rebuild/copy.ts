/** The least a rebuild could cost: the rows of the read models as they are, written by the same statements, then the same indexes. */
import type { PoolClient } from 'pg';
import { createPool } from '#adapters/postgres/pool.js';
import { dropNext, makeIndexes, makeTables, NEXT } from '#adapters/postgres/read-models/rebuild/next-tables.js';
import { insertInto, type Table } from '#adapters/postgres/read-models/table.js';
import { READ, tablesIn } from '#adapters/postgres/read-models/tables.js';
import { bind } from '#adapters/postgres/statement.js';

const AT_ONCE = 2_000;

export interface Copied {
  readonly rows: number;
  /** Of writing alone: the rows are read and encoded before. */
  readonly seconds: number;
}

export async function copyReadModels(url: string): Promise<Copied> {
  const pool = createPool(url, { role: 'bench copy', max: 1, statementTimeoutMs: 0 });
  const client = await pool.connect();
  try {
    const names = Object.values(READ).map(({ name }) => name);
    await makeTables(client, names);
    let rows = 0;
    let seconds = 0;
    const timed = async (work: () => Promise<unknown>): Promise<void> => {
      const began = performance.now();
      await work();
      seconds += (performance.now() - began) / 1000;
    };
    for (const name of Object.keys(READ) as (keyof typeof READ)[])
      rows += await copyTable(client, READ[name] as Table<never>, tablesIn(NEXT)[name] as Table<never>, timed);
    for (const name of names) await timed(() => makeIndexes(client, name));
    await dropNext(client);
    return { rows, seconds };
  } finally {
    client.release();
    await pool.end();
  }
}

async function copyTable<Row>(
  client: PoolClient,
  from: Table<Row>,
  to: Table<Row>,
  timed: (work: () => Promise<unknown>) => Promise<void>,
): Promise<number> {
  const insert = insertInto(to);
  await client.query('begin');
  await client.query(`declare rows no scroll cursor with hold for select ${from.selected} from read.${from.name} t`);
  await client.query('commit');
  let count = 0;
  for (;;) {
    const { rows } = await client.query(`fetch ${AT_ONCE} from rows`);
    if (rows.length === 0) break;
    count += rows.length;
    const values = to.values(rows as Row[]);
    await timed(() => client.query(bind(insert, values)));
  }
  await client.query('close rows');
  return count;
}
