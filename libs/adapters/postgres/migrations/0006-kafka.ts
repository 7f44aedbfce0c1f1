/** Migration 6: what the Kafka log keeps in Postgres. */
export const name = 'kafka';

export const up = `
-- The broker's own id of the topic: one that was deleted and made anew has another, and its positions mean something else.
alter table log.topic add column identity text;

-- Of a topic that a relay fills: the position in its lane that was last applied. What is not above it is a repeat.
alter table log.checkpoint add column reached bigint not null default -1;
`;
