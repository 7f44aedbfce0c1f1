import { type ChangeFilter, passes } from './filter.js';

const contact = { tags: ['pricing', 'vip'], stage: 'lead', suppressed: false };
const changed = { score: [1, 2], 'attributes.plan': [null, 'pro'] };

it.each<[ChangeFilter, boolean]>([
  [{}, true],
  [{ fields: ['score'] }, true],
  [{ fields: ['stage', 'score'] }, true],
  [{ fields: ['stage'] }, false],
  [{ fields: ['attributes'] }, true],
  [{ fields: ['attributes.plan'] }, true],
  [{ fields: ['attributes.size'] }, false],
  [{ tags: ['vip', 'x'] }, true],
  [{ tags: ['x'] }, false],
  [{ stages: ['lead'] }, true],
  [{ stages: ['customer'] }, false],
  [{ suppressed: false }, true],
  [{ suppressed: true }, false],
  [{ fields: ['score'], tags: ['x'] }, false],
])('%j lets the change through: %s', (filter, through) => {
  expect(passes(filter, { changed, contact })).toBe(through);
});

it('lets through by field what changed nobody knows how, and by nothing of the contact one that is gone', () => {
  expect(passes({ fields: ['score'] }, { changed: null, contact })).toBe(true);
  expect(passes({ fields: ['score'] }, { changed: null, contact: null })).toBe(true);
  expect(passes({ suppressed: false }, { changed, contact: null })).toBe(false);
  expect(passes({ stages: ['lead'] }, { changed, contact: { ...contact, stage: null } })).toBe(false);
});
