/** What was written to the database meanwhile: rows of the record, and bytes of its journal. */
import type pg from 'pg';

export interface Rows {
  readonly events: number;
  readonly seen: number;
  /** Engagements that a rule matched: it fired or was held. */
  readonly matched: number;
  /** Inputs that came back from effects and were decided too. */
  readonly outcomes: number;
}

/** Journal bytes until now. */
export async function walOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0' as bytes`);
  return Number(rows[0]?.bytes);
}

export async function rowsOf(client: pg.Client): Promise<Rows> {
  const { rows } = await client.query<Record<keyof Rows, string>>(`
    select count(*) as events,
      count(distinct causation_id) filter (where type in ('rule_fired', 'rule_held')) as matched,
      (select count(*) from engine.seen) as seen,
      count(*) filter (where type = 'effect_outcome_recorded') as outcomes
    from engine.event`);
  const row = rows[0] as Record<keyof Rows, string>;
  return {
    events: Number(row.events),
    seen: Number(row.seen),
    matched: Number(row.matched),
    outcomes: Number(row.outcomes),
  };
}

export function difference(after: Rows, before: Rows): Rows {
  const of = (name: keyof Rows) => after[name] - before[name];
  return { events: of('events'), seen: of('seen'), matched: of('matched'), outcomes: of('outcomes') };
}
