import { given, rulesOf } from '#testing/given.js';
import { clicked, contactOf, DAY, engagement, NOON, upsert, WORKSPACE } from '#testing/inputs.js';
import { tryRule } from './try-rule.js';

const PRICING = 'https://example.com/pricing';
const DRAFT = `rule: draft
on: clicked
where: event.url.contains("/pricing")
if: |-
  !contact.suppressed && count("clicked", "7d", e, e.url.contains("/pricing")) >= 2
then:
  - add_tag: hot
  - notify: { to: owner, title: Hot }
limits: { per_contact: 1 in 30d }
`;
const of = { workspaceId: WORKSPACE, contactId: contactOf('ada') };

describe('a rule tried on a record', () => {
  it('says of each event what its conditions saw then, though it was not in force', () => {
    const world = given();
    const events = [
      upsert({ set: { plan: 'pro' } }, { at: NOON - DAY }),
      clicked(PRICING),
      clicked('https://example.com/blog', { at: NOON + 1 }),
      clicked(PRICING, { at: NOON + DAY }),
      clicked(PRICING, { at: NOON + 2 * DAY }),
      engagement('complaint', { at: NOON + 3 * DAY }),
      clicked(PRICING, { at: NOON + 4 * DAY }),
    ].flatMap((input) => world.when(input).events);
    const trials = tryRule(rulesOf([DRAFT]), of, events);
    expect(trials.map(({ outcome, acts, held }) => [outcome, acts, held.map(({ reason }) => reason)])).toEqual([
      ['not', [], []],
      ['not', [], []],
      ['fires', ['add_tag', 'notify'], []],
      ['fires', ['add_tag'], ['limit']],
      ['not', [], []],
    ]);
    expect(trials[0]).toMatchObject({ where: { holds: true }, if: { holds: false } });
    expect(trials[1]).toMatchObject({
      where: { holds: false, values: { 'event.url': 'https://example.com/blog' } },
      if: null,
    });
    expect(Object.values(trials[2]?.if?.values ?? {})).toContain(2);
    expect(trials[4]?.if).toMatchObject({ holds: false, values: { 'contact.suppressed': true } });
  });

  it('judges changes of the contact too, and tells an error as one', () => {
    const world = given();
    const events = [
      upsert({ stage: 'lead' }),
      upsert({ stage: 'customer' }, { at: NOON + 1, nth: 1 }),
      engagement('opened', { at: NOON + 2 }),
    ].flatMap((input) => world.when(input).events);
    const onStage = 'rule: s\non: { stage_changed: customer }\nif: event.before == "lead"\nthen:\n  - add_score: 1\n';
    expect(tryRule(rulesOf([onStage]), of, events)).toMatchObject([
      { type: 'stage_changed', outcome: 'fires', if: { values: { 'event.before': 'lead' } } },
    ]);
    const errs = 'rule: e\non: opened\nwhere: event.metadata["none"] == "a"\nthen:\n  - add_score: 1\n';
    expect(tryRule(rulesOf([errs]), of, events)).toMatchObject([
      { outcome: 'errs', where: { error: 'No such key: none' } },
    ]);
  });
});
