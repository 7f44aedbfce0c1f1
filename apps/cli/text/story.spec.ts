import type { Why } from '../answers.js';
import { storyOf } from './story.js';

const id = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';
const at = '2026-11-24T09:00:00.000Z';
const effect: Why['effect'] = {
  id,
  contactId: id,
  kind: 'notify',
  rule: { name: 'hot-lead', version: 2, action: null },
  requestedAt: at,
  notAfter: at,
  recipient: 'owner',
  title: 'Ada looked\nat pricing',
  body: '…',
  state: 'requested',
  outcomes: {},
};
const clicked = {
  id,
  contactId: id,
  version: 4,
  type: 'engagement_recorded',
  occurredAt: at,
  recordedAt: at,
  causationId: id,
  correlationId: id,
  data: { engagement: 'clicked' },
  pii: { url: 'https://example.com/pricing' },
};
const decision = { rule: 'hot-lead', version: 2, engine: '1', at, values: { 'contact.score': 55 } };
const delivery = {
  id,
  sourceId: id,
  provider: 'sendgrid',
  receivedAt: at,
  outcome: 'accepted',
  engagements: 1,
  unreadable: 0,
  source: 'mail',
  element: 2,
  request: null,
  withheld: true,
};

const shapeOf = (why: Why) => storyOf(why).map((line) => line.replace(/\d{4}-\S+[+-]\d\d:\d\d {2}/, ''));

describe('the story of an effect', () => {
  it('goes from the request to the outcomes, each step further in', () => {
    const outcome = { outcome: 'dead' as const, at, attempts: 5, reason: 'http_410', detail: null };
    expect(
      shapeOf({ effect: { ...effect, outcomes: { webhook: outcome } }, chain: [clicked], decision, delivery }),
    ).toEqual([
      'request     from mail (sendgrid)',
      `            delivery ${id}, element 2`,
      '  engagement  clicked: https://example.com/pricing',
      expect.stringMatching(/^ {14}recorded .* event /),
      '    rule        hot-lead version 2 (engine 1)',
      '                saw contact.score = 55',
      '      effect      notify owner',
      '                  Ada looked at pricing',
      `                  ${id}, of contact ${id}`,
      '        outcome     webhook dead, http_410, 5 attempts',
    ]);
  });

  it('says what is missing: no delivery kept, values erased, no outcome yet', () => {
    const story = shapeOf({ effect, chain: [clicked], decision: { ...decision, values: null }, delivery: null });
    expect(story[0]).toMatch(/^engagement/);
    expect(story.join('\n')).toContain('erased with the contact');
    expect(story.at(-1)).toMatch(/outcome {5}none yet; nothing is sent after/);
  });
});
