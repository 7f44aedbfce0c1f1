/** Contacts and timelines as the projection leaves them, laid down by SQL: a million would take the pipeline some minutes too many. */
import type pg from 'pg';
import { progress } from '../report/report.js';

const CONTACTS_AT_ONCE = 50_000;
const ROWS_AT_ONCE = 200_000;
/** Events of a contact at most: more make pages no longer. */
const MOST_EVENTS = 20;

// Of contact n: rare is one in 10,000, common a half. Facets and words as libs/engine/projection/search.ts makes them.
const CONTACTS = `
with n as (
  select n, md5('contact ' || n)::uuid as id, n % 10000 = 7 as rare, n % 2 = 0 as common,
    timestamptz '2026-01-01' + (n % 20000000) * interval '1 second' as at
  from generate_series($2::bigint, $3::bigint) n
), made as (
  select n, id, rare, at,
    'user' || n || '@example' || n % 50 || '.com' as email,
    case when rare then 'Zoë' else 'Name' || n % 300 end as name,
    case when common then 'free' when rare then 'enterprise' else 'pro' end as plan,
    case when common then 'lead' when rare then 'customer' else 'subscriber' end as stage,
    case when rare then '{rare}'::text[] when common then '{common}'::text[] else '{}'::text[] end as tags,
    case when rare then 'sam@sales.example.com' end as owner
  from n
), contacts as (
  insert into read.contact (workspace_id, contact_id, email, attributes, tags, score, stage, owner, suppressed, suppressed_scopes,
    engagements, last_engagement, last_engagement_at, linked_to, erased, created_at, updated_at, applied_version)
  select $1, id, email, jsonb_build_object('first_name', name, 'plan', plan, 'company', 'Company ' || n % 5000), tags,
    case when rare then 1000 + n % 1000 else n % 100 end, stage, owner, rare, case when rare then '{all}'::text[] else '{}'::text[] end,
    3, case when rare then 'complaint' else (array['delivered', 'opened', 'clicked'])[1 + n % 3] end, at, null, false, at, at, 1
  from made
)
insert into read.contact_search (workspace_id, contact_id, facets, words)
select $1, id,
  array['has:company', 'has:first_name', 'has:plan', 'is:10:first_name:' || name, 'is:4:plan:' || plan, 'is:7:company:Company ' || n % 5000]
    || case when owner is null then '{}' else array['owner:' || owner] end || case when rare then '{scope:all}'::text[] else '{}' end
    || array['stage:' || stage] || (select coalesce(array_agg('tag:' || t), '{}') from unnest(tags) t),
  ' ' || email || ' ' || replace(lower(name), 'ë', 'e')
from made`;

// Version v of contacts n: one row each.
const EVENTS = `
insert into read.timeline (workspace_id, contact_id, version, recorded_at, event_id, type, occurred_at, causation_id, correlation_id, data, pii)
select $1::uuid, md5('contact ' || n)::uuid, $4::integer, at, md5(n || ' event ' || $4)::uuid, 'engagement_recorded', at, md5('cause ' || n)::uuid,
  md5('cause ' || n)::uuid,
  jsonb_build_object('engagement', 'opened', 'provider', 'sendgrid', 'sourceId', $1::uuid, 'deliveryId', $1::uuid, 'index', 0, 'actor', 'human'),
  jsonb_build_object('recipient', 'user' || n || '@example.com', 'providerMessageId', '14c5d75ce93.dfd.64b469', 'userAgent',
    'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', 'ip', '192.0.2.7')
from (select n, timestamptz '2026-11-01' + $4::integer * interval '1 hour' as at from generate_series($2::bigint, $3::bigint) n) e`;

export interface Filled {
  readonly contacts: number;
  readonly events: number;
  readonly seconds: number;
}

/** `seconds`: what it may take; timelines get what the contacts leave of it, and at least one event each for some of them. */
export async function fillReads(
  client: pg.Client,
  workspaceId: string,
  contacts: number,
  seconds: number,
): Promise<Filled> {
  const began = performance.now();
  const spent = () => (performance.now() - began) / 1000;
  for (let first = 0; first < contacts; first += CONTACTS_AT_ONCE) {
    const last = Math.min(contacts, first + CONTACTS_AT_ONCE) - 1;
    await client.query(CONTACTS, [workspaceId, first, last]);
    progress(`${last + 1} contacts`);
  }
  const events = await fillTimelines(client, workspaceId, contacts, () => spent() < seconds);
  progress('vacuum (analyze)');
  await client.query('vacuum (analyze) read.contact, read.contact_search, read.timeline');
  await client.query('checkpoint');
  return { contacts, events, seconds: spent() };
}

async function fillTimelines(
  client: pg.Client,
  workspaceId: string,
  contacts: number,
  inTime: () => boolean,
): Promise<number> {
  let events = 0;
  for (let version = 1; version <= MOST_EVENTS; version += 1) {
    for (let first = 0; first < contacts; first += ROWS_AT_ONCE) {
      const last = Math.min(contacts, first + ROWS_AT_ONCE) - 1;
      await client.query(EVENTS, [workspaceId, first, last, version]);
      events += last - first + 1;
      if (!inTime()) return events;
    }
    progress(`${events} events`);
  }
  return events;
}
