/** Migration 5: what people read: one fold of the contacts' events per table, in clear, each row of one workspace. */
export const name = 'read';

export const up = `
create schema read;
comment on schema read is 'Read models: what contact events add up to. Personal data is in clear here, and only here. Times are UTC.';

-- A model's rows are those of this version of its fold; a process of another version asks for a replay.
create table read.model (
  name    text primary key,
  version integer not null
);
insert into read.model (name, version) values
  ('contact', 1), ('timeline', 1), ('enrollment', 1), ('suppression', 1), ('effect', 1), ('notification', 1),
  ('rule_counter', 1), ('source_counter', 1);

-- How far the live projection has read each outbox lane: a replay reads the store up to here.
create table engine.projection_vector (
  lane integer primary key,
  next bigint not null
) with (fillfactor = 50);

-- A contact with an event that could not be projected: its later events wait in the store until it is replayed, others flow.
create table engine.projection_stuck (
  workspace_id uuid not null,
  contact_id   uuid not null,
  -- Of the event that could not be projected.
  version      integer not null,
  event_id     uuid not null,
  -- Class of the error, never its text: that may quote the event.
  error        text not null,
  stuck_at     timestamptz not null default now(),
  primary key (workspace_id, contact_id)
);

-- Which login sees which workspace (row-level security below).
create table registry.read_role (
  role         text primary key,
  workspace_id uuid not null references registry.workspace (id)
);

create function read.visible_workspace() returns uuid
language sql stable security definer set search_path = '' parallel safe
as 'select workspace_id from registry.read_role where role = session_user';
comment on function read.visible_workspace() is 'The workspace of the role that is logged in; null for a role that has none.';

create table read.contact (
  workspace_id       uuid not null,
  contact_id         uuid not null,
  email              text,
  attributes         jsonb not null,
  tags               text[] not null,
  score              bigint not null,
  stage              text,
  owner              text,
  suppressed         boolean not null,
  suppressed_scopes  text[] not null,
  engagements        bigint not null,
  last_engagement    text,
  last_engagement_at timestamptz,
  linked_to          uuid,
  erased             boolean not null,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  applied_version    integer not null,
  primary key (workspace_id, contact_id)
) with (fillfactor = 70);
-- Cut, because an index entry has a limit and an address from a provider has none; queries compare both.
create index contact_email on read.contact (workspace_id, left(email, 200) text_pattern_ops);
create index contact_updated on read.contact (workspace_id, updated_at, contact_id);
comment on table read.contact is 'A contact as it is now.';
comment on column read.contact.suppressed is 'No message may be sent at all: scope all is suppressed for one of its addresses.';
comment on column read.contact.suppressed_scopes is 'Scopes in force (all, group:ID, list:ID), sorted; details in read.suppression.';
comment on column read.contact.last_engagement_at is 'Latest time at which the contact engaged (not at which it was heard of).';
comment on column read.contact.linked_to is 'This one is an alias: the contact that its inputs are forwarded to.';
comment on column read.contact.erased is 'Its key was destroyed: personal data is gone from every event.';
comment on column read.contact.updated_at is 'When its last event was recorded.';
comment on column read.contact.applied_version is 'Version of the last event that is folded in.';

-- Beside contact.tags, so that a tag is found by index while contacts change all the time. Tags are cut to 200 characters.
create table read.contact_tag (
  workspace_id uuid not null,
  tag          text not null,
  contact_id   uuid not null,
  primary key (workspace_id, tag, contact_id)
);
create index contact_tag_contact on read.contact_tag (workspace_id, contact_id);
comment on table read.contact_tag is 'One row per contact and tag (cut to 200 characters), for finding contacts by tag.';

-- By time, so that inserts touch only the indexes of the newest months, which stay in memory at any size; a contact's page probes
-- each partition's key once. Events of a contact are recorded in version order, so newest first is also partition by partition.
create table read.timeline (
  workspace_id   uuid not null,
  contact_id     uuid not null,
  version        integer not null,
  recorded_at    timestamptz not null,
  event_id       uuid not null,
  type           text not null,
  occurred_at    timestamptz not null,
  causation_id   uuid not null,
  correlation_id uuid not null,
  data           jsonb not null,
  pii            jsonb,
  primary key (workspace_id, contact_id, version, recorded_at)
) partition by range (recorded_at);
create table read.timeline_default partition of read.timeline default;
comment on table read.timeline is 'Every event of every contact, opened.';
comment on column read.timeline.pii is 'The personal part of the event; null where it has none or the contact is erased.';

create table read.enrollment (
  workspace_id  uuid not null,
  enrollment_id uuid not null,
  contact_id    uuid not null,
  sequence      text not null,
  rule          text,
  rule_version  integer,
  state         text not null,
  enrolled_at   timestamptz not null,
  event_id      uuid not null,
  primary key (workspace_id, enrollment_id)
);
create index enrollment_contact on read.enrollment (workspace_id, contact_id);
comment on table read.enrollment is 'A contact in a sequence.';

create table read.suppression (
  workspace_id  uuid not null,
  contact_id    uuid not null,
  subject       uuid not null,
  scope         text not null,
  email         text,
  reason        text not null,
  since         timestamptz not null,
  event_id      uuid not null,
  lifted_at     timestamptz,
  lifted_reason text,
  primary key (workspace_id, contact_id, subject, scope)
);
create index suppression_since on read.suppression (workspace_id, since, contact_id, subject, scope);
create index suppression_subject on read.suppression (workspace_id, subject);
comment on table read.suppression is 'Who may not be sent what: in force while lifted_at is null.';
comment on column read.suppression.subject is 'The address concerned, as the log names it.';
comment on column read.suppression.scope is 'all, group:ID or list:ID.';
comment on column read.suppression.email is 'The contact''s address at that time, where it was known.';

create table read.effect (
  workspace_id   uuid not null,
  effect_id      uuid not null,
  contact_id     uuid not null,
  version        integer not null,
  event_id       uuid not null,
  cause_event_id uuid not null,
  correlation_id uuid not null,
  kind           text not null,
  rule           text,
  rule_version   integer,
  action         text,
  requested_at   timestamptz not null,
  not_after      timestamptz not null,
  recipient      text,
  title          text,
  body           text,
  state          text not null,
  outcomes       jsonb not null,
  primary key (workspace_id, effect_id)
) with (fillfactor = 80);
create index effect_contact on read.effect (workspace_id, contact_id);
comment on table read.effect is 'What an action asked of the world, by whom, why, and what became of it.';
comment on column read.effect.version is 'Version of the contact''s event that requested it (read.timeline).';
comment on column read.effect.cause_event_id is 'Event or input that caused the request.';
comment on column read.effect.state is 'requested; delivered once one target has it; else the last outcome (expired, dead, suppressed).';
comment on column read.effect.outcomes is 'Per target: {"inbox": {"outcome", "at", "attempts", "reason", "detail", "eventId"}}.';

create table read.notification (
  workspace_id uuid not null,
  effect_id    uuid not null,
  contact_id   uuid not null,
  state        text not null,
  title        text,
  body         text,
  recipient    text,
  rule         text,
  rule_version integer,
  requested_at timestamptz not null,
  opened_at    timestamptz not null,
  taken_by     text,
  taken_at     timestamptz,
  done_by      text,
  done_at      timestamptz,
  primary key (workspace_id, effect_id)
) with (fillfactor = 80);
create index notification_state on read.notification (workspace_id, state, opened_at desc, effect_id desc);
create index notification_contact on read.notification (workspace_id, contact_id);
comment on table read.notification is 'The inbox of sales: state open, taken or done.';
comment on column read.notification.recipient is 'owner, team:NAME or an address.';
comment on column read.notification.opened_at is 'When it reached the inbox.';

-- Each lane of the log has counter rows of its own, so that lanes never wait for each other; the views sum them.
create table read.rule_counter (
  workspace_id uuid not null,
  rule         text not null,
  version      integer not null,
  day          date not null,
  measure      text not null,
  lane         integer not null,
  count        bigint not null,
  primary key (workspace_id, rule, version, day, measure, lane)
) with (fillfactor = 70);
comment on table read.rule_counter is 'Counts per rule, version, day (UTC) and lane: read read.rule_daily instead.';
comment on column read.rule_counter.measure is 'fired, failed, effects, or held:REASON.';

create table read.source_counter (
  workspace_id uuid not null,
  source_id    uuid not null,
  hour         timestamptz not null,
  type         text not null,
  lane         integer not null,
  count        bigint not null,
  primary key (workspace_id, source_id, hour, type, lane)
) with (fillfactor = 70);
comment on table read.source_counter is 'Engagements on record per source, hour of receipt (UTC), type and lane: read read.source_hourly instead.';

create view read.rule_daily with (security_invoker = true) as
select workspace_id, rule, version, day,
       coalesce(sum(count) filter (where measure = 'fired'), 0)::bigint as fired,
       coalesce(sum(count) filter (where measure like 'held:%'), 0)::bigint as held,
       coalesce(sum(count) filter (where measure = 'failed'), 0)::bigint as failed,
       coalesce(sum(count) filter (where measure = 'effects'), 0)::bigint as effects
from read.rule_counter
group by workspace_id, rule, version, day;
comment on view read.rule_daily is 'Per rule, version and day (UTC): how often it fired, held back, failed, and the effects it asked for.';

create view read.rule_held_daily with (security_invoker = true) as
select workspace_id, rule, version, day, substr(measure, 6) as reason, sum(count)::bigint as held
from read.rule_counter
where measure like 'held:%'
group by workspace_id, rule, version, day, measure;
comment on view read.rule_held_daily is 'Why a rule matched and held back: limit, late, already_enrolled, suppressed, suspended.';

create view read.source_hourly with (security_invoker = true) as
select workspace_id, source_id, hour, type, sum(count)::bigint as engagements
from read.source_counter
group by workspace_id, source_id, hour, type;
comment on view read.source_hourly is 'Engagements on record per source, hour of receipt (UTC) and type.';

create view read.inbox with (security_invoker = true) as
select n.workspace_id, n.effect_id, n.state, n.title, n.body, n.recipient, n.rule, n.opened_at, n.taken_by, n.taken_at, n.done_by,
       n.done_at, n.contact_id, c.email, c.owner, c.score
from read.notification n
left join read.contact c on c.workspace_id = n.workspace_id and c.contact_id = n.contact_id;
comment on view read.inbox is 'The inbox of sales with the contact each notification is about.';

create view read.suppressed_address with (security_invoker = true) as
select workspace_id, subject, contact_id, email, scope, reason, since
from read.suppression
where lifted_at is null;
comment on view read.suppressed_address is 'Suppressions in force.';

do $rls$
declare
  t text;
begin
  foreach t in array array['contact', 'contact_tag', 'timeline', 'timeline_default', 'enrollment', 'suppression', 'effect',
                           'notification', 'rule_counter', 'source_counter']
  loop
    execute format('alter table read.%I enable row level security', t);
    execute format('create policy one_workspace on read.%I for select using (workspace_id = (select read.visible_workspace()))', t);
  end loop;
end
$rls$;
`;
