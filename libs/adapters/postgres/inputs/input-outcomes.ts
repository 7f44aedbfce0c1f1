/** What became of inputs: what the record says, and whether the read model shows it. For commands that wait for their outcome. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** An input that was, or is about to be, appended. */
export interface InputRef {
  readonly contactId: Uuid;
  readonly inputId: Uuid;
  /** Only events above this version are looked at: what the contact had before the input. */
  readonly above: number;
  /** Where it stands; null when it was not appended yet. */
  readonly place: { readonly topic: string; readonly partition: number; readonly position: number } | null;
}

export interface InputOutcome {
  readonly inputId: Uuid;
  /** Version of the last event that it caused; null when there is none (yet). */
  readonly version: number | null;
  /** Why the command was refused; null when it was not. */
  readonly refused: string | null;
  /** Version that the read model of the contact shows; 0 when it shows none. */
  readonly shown: number;
  /** Where the contact hands on what comes to it; null: nowhere. */
  readonly linkedTo: Uuid | null;
  /** The rules service is past it: what it caused by then is all that it causes. */
  readonly decided: boolean;
}

const OUTCOMES = statement(
  'engine.input.outcomes',
  `select r.input_id as "inputId", case when not e.asks then e.version end as version, e.refused,
       coalesce(c.applied_version, 0) as "shown", c.linked_to as "linkedTo",
       coalesce(k.next > r.position and not e.asks, false) as "decided"
from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::integer[], $7::bigint[])
  as r(contact_id, input_id, above, topic, partition, position)
cross join lateral (
  select max(version) as version, max(data ->> 'reason') filter (where type = 'command_refused') as refused,
    -- It has asked another contact, and has no answer yet.
    coalesce(bool_or(type = 'link_requested') and not bool_or(type in ('linked', 'link_refused')), false) as asks
  from engine.event
  where workspace_id = $1 and contact_id = r.contact_id and version > r.above and correlation_id = r.input_id
) e
left join read.contact c on c.workspace_id = $1 and c.contact_id = r.contact_id
left join log.checkpoint k on k.consumer_group = $8 and k.topic = r.topic and k.partition = r.partition`,
);

/** In any order, one for each ref. `group`: consumer group of the rules service. */
export async function inputOutcomes(
  pool: Pool,
  workspaceId: Uuid,
  refs: readonly InputRef[],
  group = 'rules',
): Promise<readonly InputOutcome[]> {
  const values = [
    workspaceId,
    refs.map((ref) => ref.contactId),
    refs.map((ref) => ref.inputId),
    refs.map((ref) => ref.above),
    refs.map((ref) => ref.place?.topic ?? null),
    refs.map((ref) => ref.place?.partition ?? null),
    refs.map((ref) => ref.place?.position ?? null),
    group,
  ];
  const { rows } = await query<InputOutcome>(pool, bind(OUTCOMES, values));
  return rows;
}
