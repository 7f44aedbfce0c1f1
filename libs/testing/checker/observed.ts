/** What came about, as SQL over the read schema tells it, and what the tables of the engine say is still under way. */
import type pg from 'pg';

export interface ContactSeen {
  readonly email: string;
  readonly score: number;
  readonly lastTouch: string | null;
  readonly tags: readonly string[];
  readonly suppressed: boolean;
  readonly engagements: number;
  readonly sequences: readonly string[];
  /** The senders' names of its engagements on record, by version. */
  readonly refs: readonly string[];
}

export interface EffectSeen {
  readonly effectId: string;
  readonly contact: string;
  readonly rule: string;
  readonly title: string;
  readonly state: string;
  /** What became of it at the webhook; null: nothing yet. */
  readonly webhook: string | null;
  /** Rows of the inbox. */
  readonly inbox: number;
}

export interface BooksSeen {
  readonly accepted: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly tooLate: number;
  readonly parked: number;
  readonly quarantined: number;
}

export interface Observed {
  readonly contacts: readonly ContactSeen[];
  /** In the order of their requests, contact by contact. */
  readonly effects: readonly EffectSeen[];
  readonly books: BooksSeen;
  /** Engagements by the counters of the sources. */
  readonly counted: number;
}

const CONTACTS = `
select c.email, c.score::float8 as score, c.attributes->>'last_touch' as "lastTouch", c.tags, c.suppressed,
  c.engagements::float8 as engagements,
  coalesce((select array_agg(e.sequence order by e.sequence) from read.enrollment e
    where e.workspace_id = c.workspace_id and e.contact_id = c.contact_id), '{}') as sequences,
  coalesce((select array_agg(t.pii->'metadata'->>'ref' order by t.version) from read.timeline t
    where t.workspace_id = c.workspace_id and t.contact_id = c.contact_id and t.type = 'engagement_recorded'), '{}') as refs
from read.contact c where c.workspace_id = $1`;

const EFFECTS = `
select e.effect_id as "effectId", c.email as contact, e.rule, e.title, e.state, e.outcomes->'webhook'->>'outcome' as webhook,
  (select count(*)::int from read.notification n where n.workspace_id = e.workspace_id and n.effect_id = e.effect_id) as inbox
from read.effect e join read.contact c on c.workspace_id = e.workspace_id and c.contact_id = e.contact_id
where e.workspace_id = $1 order by c.email, e.version`;

const BOOKS = `
select coalesce(sum(accepted), 0)::float8 as accepted, coalesce(sum(applied), 0)::float8 as applied,
  coalesce(sum(duplicate), 0)::float8 as duplicate, coalesce(sum(too_late), 0)::float8 as "tooLate",
  coalesce(sum(parked), 0)::float8 as parked, coalesce(sum(quarantined), 0)::float8 as quarantined
from engine.books where workspace_id = $1`;

const COUNTED = `select coalesce(sum(engagements), 0)::float8 as counted from read.source_hourly where workspace_id = $1`;

/** Where a partition of the log ends. */
export interface End {
  readonly topic: string;
  readonly partition: number;
  /** Position after its last record. */
  readonly next: number;
}

/** What is not done: one row a kind of work, with how much of it waits. $2: where the log ends; $3: decided events are relayed to it. */
const UNDER_WAY = `
with ends as (
  select * from jsonb_to_recordset($2::jsonb) as e(topic text, partition smallint, next bigint)
)
select 'not yet read: ' || consumer_group || ' ' || c.topic as what, sum(e.next - c.next)::float8 as waiting
  from log.checkpoint c join ends e on e.topic = c.topic and e.partition = c.partition group by 1
union all select 'never read: ' || e.topic || '/' || e.partition, e.next from ends e
  where e.next > 0 and not exists (select from log.checkpoint c where c.topic = e.topic and c.partition = e.partition)
union all select 'not relayed: ' || lane, next - relayed from log.outbox_lane where next > 0
union all select 'not published: ' || h.lane, h.next - coalesce(o.relayed, 0) from engine.lane_head h
  left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096 where $3
union all select 'parked', count(*) from engine.parked where workspace_id = $1 and state = 'parked'
union all select 'not projected', count(*) from engine.projection_stuck where workspace_id = $1
union all select 'effects ' || state, count(*) from delivery.effect_queue where workspace_id = $1 and state <> 'delivered' group by state`;

export interface UnderWay {
  readonly what: string;
  readonly waiting: number;
}

export async function observe(client: pg.Client, workspaceId: string): Promise<Observed> {
  const rows = async <R extends pg.QueryResultRow>(text: string): Promise<readonly R[]> =>
    (await client.query<R>(text, [workspaceId])).rows;
  const [contacts, effects] = [await rows<ContactSeen>(CONTACTS), await rows<EffectSeen>(EFFECTS)];
  const [books] = await rows<BooksSeen>(BOOKS);
  const [sum] = await rows<{ counted: number }>(COUNTED);
  if (books === undefined || sum === undefined) throw new Error('a sum without a row');
  return { contacts, effects, books, counted: sum.counted };
}

/** The log as it was before. */
export interface LogSeen {
  readonly ends: readonly End[];
  /** Contact events are published to it; else they are read where they were decided. */
  readonly isRelayed: boolean;
}

/** Empty when everything has come to its end. */
export async function underWay(
  client: pg.Client,
  workspaceId: string,
  { ends, isRelayed }: LogSeen,
): Promise<readonly UnderWay[]> {
  const { rows } = await client.query<UnderWay>(UNDER_WAY, [workspaceId, JSON.stringify(ends), isRelayed]);
  return rows.filter(({ waiting }) => waiting > 0);
}
