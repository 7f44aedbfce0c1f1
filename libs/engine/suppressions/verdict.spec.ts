import { deriveId } from '#contracts/ids.js';
import { against, type Standing } from './verdict.js';

const standing = (more: Partial<Standing>): Standing => ({
  asked: deriveId('ada'),
  own: true,
  contactId: deriveId('ada'),
  scope: 'all',
  reason: 'complaint',
  ofPerson: true,
  since: 1,
  ...more,
});

describe('what stands against an address', () => {
  it('nothing that is not there', () => expect(against([], ['list:a'])).toEqual([]));

  it.each<readonly [string, readonly string[], boolean]>([
    ['all', [], true],
    ['all', ['list:a'], true],
    ['list:a', [], false],
    ['list:a', ['list:a'], true],
    ['list:a', ['list:b'], false],
    ['group:7', ['list:a', 'group:7'], true],
  ])('suppressed for %s, something of %j is about to be sent: %s', (scope, scopes, stands) => {
    expect(against([standing({ scope })], scopes)).toHaveLength(stands ? 1 : 0);
  });

  it('what is said of the person at one address holds for all of them, beside a hard bounce too', () => {
    expect(against([standing({ own: false })], [])).toHaveLength(1);
    expect(against([standing({ reason: 'hard_bounce', own: false })], [])).toHaveLength(1);
  });

  it('a hard bounce by itself holds for its mailbox only', () => {
    const bounce = { reason: 'hard_bounce', ofPerson: false };
    expect(against([standing(bounce)], [])).toHaveLength(1);
    expect(against([standing({ ...bounce, own: false })], [])).toEqual([]);
  });
});
