/** Migration 7: what each source lets in: addresses, rate, size of a body; and whether actors are derived for it. */
export const name = 'source-policy';

export const up = `
-- A SourcePolicy: rules of ours, apart from how the provider is configured.
alter table registry.source add column policy jsonb not null default '{}';

-- One delivery's or one source's parts, whatever became of them.
create index quarantine_delivery on deliveries.quarantine (workspace_id, delivery_id);
-- Requests of one source in the order of their coming, for reading them again with a newer parser.
create index delivery_of_source on deliveries.delivery (workspace_id, source_id, received_at, id);
`;
