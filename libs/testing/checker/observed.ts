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

/** What is not done: one row a kind of work, with how much of it waits. */
const UNDER_WAY = `
select 'not yet read: ' || consumer_group || ' ' || c.topic as what, sum(ends.next - c.next)::float8 as waiting
  from log.checkpoint c join (
    select topic, partition, next from log.head where topic not like 'contact-events.%'
    union all
    select 'contact-events.g' || lane / 4096, (lane % 4096)::smallint, next from engine.lane_head
  ) ends on ends.topic = c.topic and ends.partition = c.partition
  group by 1
union all select 'never read: ' || h.topic || '/' || h.partition, h.next from log.head h
  where h.next > 0 and not exists (select from log.checkpoint c where c.topic = h.topic and c.partition = h.partition)
union all select 'not relayed: ' || lane, next - relayed from log.outbox_lane
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

/** Empty when everything has come to its end. */
export async function underWay(client: pg.Client, workspaceId: string): Promise<readonly UnderWay[]> {
  const { rows } = await client.query<UnderWay>(UNDER_WAY, [workspaceId]);
  return rows.filter(({ waiting }) => waiting > 0);
}
