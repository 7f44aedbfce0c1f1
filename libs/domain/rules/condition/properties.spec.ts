import type { JsonObject } from '#contracts/json.js';
import { given, rulesOf } from '#testing/given.js';
import { engagement, HOUR, NOON } from '#testing/inputs.js';
import { compileCondition } from './condition.js';

const sent = (metadata: JsonObject, nth = 0) =>
  engagement('custom.form_sent', {
    nth,
    at: NOON + nth * HOUR,
    recordedAt: NOON + nth * HOUR,
    pii: { metadata },
  });
const scored = (condition: string, metadata: JsonObject) => {
  const rule = `rule: rule-0\non: custom.form_sent\nwhere: |-\n  ${condition}\nthen:\n  - add_score: 1\n`;
  return given(rulesOf([rule])).when(sent(metadata)).state.score === 1;
};

describe('properties of an event', () => {
  it.each([
    ['event.properties.plan == "pro"', { plan: 'pro' }],
    ['event.properties.amount >= 100', { amount: 100 }],
    ['event.properties.amount > 99.5', { amount: 100 }],
    ['event.properties.amount >= 100', { amount: 100.5 }],
    ['event.properties.paid && "a" in event.properties.tags', { paid: true, tags: ['a'] }],
    ['event.properties.deal.stage == "won"', { deal: { stage: 'won' } }],
    ['has(event.properties.plan) && !has(event.properties.seats)', { plan: 'pro', seats: null }],
    ['event.properties["odd-name"] == 5', { 'odd-name': 5 }],
    ['event.metadata["amount"] == "100"', { amount: 100 }],
  ])('%s is true of %j', (condition, metadata) => {
    expect(scored(condition, metadata)).toBe(true);
  });

  it.each([
    ['event.properties.amount >= 100', { amount: 99 }],
    ['event.properties.amount >= 100', {}],
    ['event.properties.amount >= 100', { amount: 'many' }],
    ['event.properties.plan == "pro"', { plan: 5 }],
  ])('%s is not true of %j', (condition, metadata) => {
    expect(scored(condition, metadata)).toBe(false);
  });

  it('are counted by filters', () => {
    const rule =
      'rule: rule-0\non: custom.form_sent\nif: count("custom.form_sent", "7d", e, e.properties.amount >= 10) >= 2\nthen:\n  - add_score: 1\n';
    const world = given(rulesOf([rule])).happened(sent({ amount: 10 }), sent({ amount: 9 }, 1));
    expect(world.when(sent({ amount: 11 }, 2)).state.score).toBe(1);
  });

  it('stand for themselves where they are compared as a whole', () => {
    expect(compileCondition('event.properties == 5', { in: 'where' })).toHaveProperty('problem');
  });
});
