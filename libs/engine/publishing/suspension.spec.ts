import { suspendedBy, suspensionOf } from './suspension.js';

describe('the author of a suspension', () => {
  it('says how often it failed and why, and is read back', () => {
    const whole = { failures: 140, reason: 'No such key: plan' };
    expect(suspendedBy(whole)).toBe('afterclick: suspended after 140 failures in a day: No such key: plan');
    expect(suspensionOf(suspendedBy(whole))).toEqual(whole);
    const short = { failures: 100, reason: null };
    expect(suspensionOf(suspendedBy(short))).toEqual(short);
  });

  it('is nobody else', () => {
    for (const author of [null, '', 'kim', 'kim: afterclick: suspended after 3 failures in a day', 'afterclick'])
      expect({ author, suspension: suspensionOf(author) }).toEqual({ author, suspension: null });
  });
});
