/** Migration 30: contacts that became one: what a contact is made of, and whose an alias is. */
export const name = 'merged-contacts';

export const up = `
alter table read.contact
  add column aliases    uuid[] not null default '{}',
  add column addresses  jsonb not null default '{}',
  add column identities text[] not null default '{}';
comment on column read.contact.aliases is 'Contacts that are part of this one, sorted; their rows say so in linked_to, and their timelines what happened to them.';
comment on column read.contact.addresses is 'Every address it was met under, by subject.';
comment on column read.contact.identities is 'KIND:VALUE of each key it was met under, sorted.';

-- By name and not by what the table is, so that it finds the one a rebuild has switched to.
create function read.owner_of(workspace uuid, contact uuid) returns uuid
language sql stable parallel safe
as $$
  with recursive way as (
    select c.contact_id, c.linked_to, 0 as hops from read.contact c where c.workspace_id = workspace and c.contact_id = contact
    union all
    select c.contact_id, c.linked_to, w.hops + 1 from way w
    join read.contact c on c.workspace_id = workspace and c.contact_id = w.linked_to
    where w.hops < 1000
  )
  select contact_id from way order by hops desc limit 1
$$;
comment on function read.owner_of is 'The contact that an alias belongs to by now; a contact of its own is its own; null: there is none.';

-- Rows that are there lack all this: a start asks for a replay.
update read.model set version = 3 where name in ('contact', 'suppression') and not exists (select from read.contact);
`;
