/** Migration 8: topics that grow, by generations. */
export const name = 'generations';

export const up = `
-- Generations of a topic after the first. States: see libs/engine/log/generations.ts.
create table log.generation (
  name         text not null,
  generation   smallint not null check (generation > 1),
  partitions   smallint not null check (partitions between 1 and 4096),
  state        text not null check (state in ('wished', 'announced', 'ended', 'open')),
  wished_at    timestamptz not null default clock_timestamp(),
  announced_at timestamptz,
  primary key (name, generation)
);

-- Of a topic that has a successor: nothing more gets into the partition. Set under the lock that hands out positions.
alter table log.head add column sealed boolean not null default false;

-- Where a partition of a generation that has a successor ends: the position after its last record.
create table log.generation_end (
  topic     text not null,
  partition smallint not null,
  "end"     bigint not null,
  primary key (topic, partition)
);
`;
