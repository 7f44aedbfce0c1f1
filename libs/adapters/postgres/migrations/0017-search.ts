/** Migration 17: what lists, searches, checks and exports find contacts and suppressions by. */
export const name = 'search';

export const up = `
-- Both are trusted: whoever owns the database may create them, where the server has its contrib modules.
do $extensions$
begin
  create extension if not exists pg_trgm;
  create extension if not exists btree_gin;
exception when others then
  raise exception 'the extensions pg_trgm and btree_gin are needed (%): install the contrib modules of this Postgres, or let its administrator run: create extension pg_trgm; create extension btree_gin;', sqlerrm;
end
$extensions$;

-- Beside read.contact, which changes with every engagement: what stands here changes seldom, and its indexes are dear to write.
create table read.contact_search (
  workspace_id uuid not null,
  contact_id   uuid not null,
  facets       text[] not null,
  words        text not null,
  primary key (workspace_id, contact_id)
);
create index contact_search_facets on read.contact_search using gin (workspace_id, facets);
create index contact_search_words on read.contact_search using gin (workspace_id, words gin_trgm_ops);
comment on table read.contact_search is 'What the list of contacts is searched by; read.contact has the values themselves.';
comment on column read.contact_search.facets is 'tag:, stage:, owner:, scope: with their value; has: with the name of an attribute, is: with name and value.';
comment on column read.contact_search.words is 'Address and names, in lower case without accents, other letters by their code.';
alter table read.contact_search enable row level security;
create policy one_workspace on read.contact_search for select using (workspace_id = (select read.visible_workspace()));

create index contact_score on read.contact (workspace_id, score, contact_id);
-- Who never engaged sorts before all others.
create index contact_engaged on read.contact (workspace_id, coalesce(last_engagement_at, '-infinity'), contact_id);
create index contact_engaged_by on read.contact
  (workspace_id, last_engagement, coalesce(last_engagement_at, '-infinity'), contact_id);

create index suppression_changed on read.suppression (workspace_id, greatest(since, lifted_at), contact_id, subject, scope);

alter table read.suppression add column of_person boolean not null default true;
comment on column read.suppression.of_person is 'Said of the person, and so of each of their addresses; false: a hard bounce, of this mailbox alone.';

-- Contacts that are there already are found once they are replayed.
update read.model set version = 2 where name = 'contact' and not exists (select from read.contact);
update read.model set version = 2 where name = 'suppression' and not exists (select from read.contact);
`;
