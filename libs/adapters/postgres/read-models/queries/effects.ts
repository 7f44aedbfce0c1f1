/** Effects and enrollments on record. */
import type { Uuid } from '#contracts/ids.js';
import type { EffectRow, EnrollmentRow } from '#contracts/read-models.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';

const { effect, enrollment } = READ;

const ONE = statement(
  'read.effect.one',
  `select ${effect.selected} from read.effect t where t.workspace_id = $1 and t.effect_id = $2`,
);
const MANY = statement(
  'read.effect.many',
  `select ${effect.selected} from read.effect t where t.workspace_id = $1 and t.effect_id = any($2::uuid[])`,
);
const ENROLLMENTS = statement(
  'read.enrollment.of_contact',
  `select ${enrollment.selected} from read.enrollment t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[])
order by t.enrolled_at desc, t.enrollment_id`,
);

export async function effectById(pool: Pool, workspaceId: Uuid, effectId: Uuid): Promise<EffectRow | null> {
  const { rows } = await query<EffectRow>(pool, bind(ONE, [workspaceId, effectId]));
  return rows[0] ?? null;
}

/** Those of the ids that are on record, by id. */
export async function effectsById(
  pool: Pool,
  workspaceId: Uuid,
  ids: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, EffectRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await query<EffectRow>(pool, bind(MANY, [workspaceId, [...new Set(ids)]]));
  return new Map(rows.map((row) => [row.effectId, row]));
}

export async function enrollmentsOf(
  pool: Pool,
  workspaceId: Uuid,
  contacts: readonly Uuid[],
): Promise<readonly EnrollmentRow[]> {
  const { rows } = await query<EnrollmentRow>(pool, bind(ENROLLMENTS, [workspaceId, [...contacts]]));
  return rows;
}
