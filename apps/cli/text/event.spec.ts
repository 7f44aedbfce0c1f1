import { tellEvent } from './event.js';

const by = { rule: 'hot-lead', version: 3, action: 'x' };
const tell = (type: string, data: Record<string, unknown>, pii: Record<string, unknown> | null = null) => {
  const { what, detail } = tellEvent({ type, data, pii });
  return detail === '' ? what : `${what}: ${detail}`;
};

describe('an event in one line', () => {
  it('says of an engagement what was done, by whom, and what is odd about it', () => {
    const url = 'https://example.com/pricing';
    expect(tell('engagement_recorded', { engagement: 'clicked', actor: 'human', late: true }, { url })).toBe(
      `clicked: ${url}, human, late`,
    );
    expect(tell('engagement_recorded', { engagement: 'delivered' })).toBe('delivered');
    expect(tell('engagement_too_late', { engagement: 'opened' }, {})).toMatch(/^too late: opened/);
  });

  it.each([
    ['tag_added', { by }, { tag: 'vip' }, 'tag added: vip, by rule hot-lead 3'],
    ['score_added', { by, points: 10 }, null, 'score: +10, by rule hot-lead 3'],
    ['score_added', { by: { command: true }, points: -5 }, null, 'score: -5, by a command'],
    ['attribute_set', { by: { engine: true }, name: 'plan' }, { value: 'pro' }, 'attribute set: plan = pro'],
    ['suppressed', { by: { engine: true }, scope: 'all', reason: 'complaint' }, null, 'suppressed: all, complaint'],
    ['rule_held', { rule: 'a', version: 1, reason: 'limit', actions: [] }, null, 'rule held: a 1: limit'],
    [
      'effect_outcome_recorded',
      { target: 'webhook', outcome: 'dead', reason: 'http_410' },
      null,
      'outcome: webhook dead, http_410',
    ],
    ['notification_taken', {}, { by: 'sam' }, 'taken: by sam'],
  ])('tells %s', (type, data, pii, line) => {
    expect(tell(type, data, pii)).toBe(line);
  });

  it('says less, and not nothing, of an erased contact and of a type from a later version', () => {
    expect(tell('tag_added', { by })).toBe('tag added: by rule hot-lead 3');
    expect(tell('deal_moved', { stage: 4 })).toBe('deal moved');
    expect(tell('constructor', {})).toBe('constructor');
  });
});
