/** Migration 31: drafts of rules. A draft is what somebody is writing: nothing of it is in force, and it may be wrong. */
export const name = 'rule-drafts';

export const up = `
create table registry.rule_draft (
  workspace_id uuid not null references registry.workspace (id),
  rule         text not null,
  -- Rises with each change, also over a draft that was deleted meanwhile: what was read is told from what is there.
  revision     integer not null,
  yaml         text not null,
  -- Text of templates that the draft brings along, by name; others are those of the version it is based on.
  templates    jsonb not null default '{}',
  -- Version it was begun from; null: a new rule.
  based_on     integer,
  author       text not null,
  changed_at   timestamptz not null,
  -- Null: there is one. Kept when it is deleted or published, so that the revision goes on.
  ended_at     timestamptz,
  primary key (workspace_id, rule)
);
comment on table registry.rule_draft is 'What somebody is writing of a rule: not in force, perhaps wrong.';
`;
