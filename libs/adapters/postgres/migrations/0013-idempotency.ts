/** Migration 13: what requests with an Idempotency-Key were answered, for a day. */
export const name = 'idempotency';

export const up = `
create table registry.idempotent_request (
  workspace_id uuid not null references registry.workspace (id),
  -- Of the caller's key, under the workspace's secret.
  key_id       uuid not null,
  -- Of method, address and body, under the same secret: another request under the same key is refused.
  fingerprint  uuid not null,
  started_at   timestamptz not null,
  -- Status and answer, sealed under the workspace's daily key of started_at; null while it is being answered.
  sealed       bytea,
  primary key (workspace_id, key_id)
);
create index idempotent_request_started on registry.idempotent_request (started_at);
`;
