/** Migration 22: what is due is looked for by workspace, so that each gets its share of the places to carry it out. */
export const name = 'effect-shares';

export const up = `
create index effect_queue_share on delivery.effect_queue (target, workspace_id, next_at) where state = 'queued';
drop index delivery.effect_queue_due;
`;
