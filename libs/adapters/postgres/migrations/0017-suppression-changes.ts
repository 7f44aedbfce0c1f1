/** Migration 17: suppressions in the order in which they were added and lifted, for those who copy them. */
export const name = 'suppression-changes';

export const up = `
create index suppression_changed on read.suppression (workspace_id, greatest(since, lifted_at), contact_id, subject, scope);
`;
