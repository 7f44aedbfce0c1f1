import { reachSaid } from './reach-said.js';

const reach = { rule: 'hot', contacts: 4213, of: 52310, day: '2026-11-17', sampled: 400, confirm: true };

describe('a reach', () => {
  it('is told with its number, the day, and whether it is an estimate', () => {
    expect(reachSaid(reach)).toBe(
      'would act on about 4,213 of 52,310 contacts within a day (2026-11-17; tried on 400)',
    );
    expect(reachSaid({ ...reach, contacts: 3, of: 5, sampled: 5 })).toBe(
      'would act on 3 of 5 contacts within a day (2026-11-17)',
    );
    expect(reachSaid({ ...reach, contacts: 0, day: null })).toBe(
      'would have acted on nobody in 30 days (tried on 400 of 52,310 contacts)',
    );
  });
});
