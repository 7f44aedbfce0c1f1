/** Migration 21: one-time tokens as HMACs under the workspace's secret, so that the deciding transaction judges them by the same rows. */
export const name = 'replay-claims';

// Plain hashes cannot become HMACs here; they were of use for the few minutes that a signed time is fresh.
export const up = `
drop table deliveries.replay_token;
create table deliveries.replay_token (
  workspace_id uuid not null,
  token        uuid not null,
  -- The body it came with first: with another one it is refused.
  body         uuid not null,
  seen_at      timestamptz not null,
  primary key (workspace_id, token)
);
create index replay_token_seen on deliveries.replay_token (seen_at);

-- A ReplayClaim: of a request whose token was not judged at receipt.
alter table deliveries.delivery add column replay jsonb;
`;
