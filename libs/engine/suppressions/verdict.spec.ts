import { deriveId } from '#contracts/ids.js';
import { against, type Standing } from './verdict.js';

const standing = (more: Partial<Standing>): Standing => ({
  asked: deriveId('ada'),
  own: true,
  contactId: deriveId('ada'),
  scope: 'all',
  reason: 'complaint',
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

  it.each(['complaint', 'unsubscribed', 'rule', 'command'])(
    '%s at one address holds for all of the person',
    (reason) => {
      expect(against([standing({ reason, own: false })], [])).toHaveLength(1);
    },
  );

  it('a hard bounce holds for its mailbox only', () => {
    expect(against([standing({ reason: 'hard_bounce' })], [])).toHaveLength(1);
    expect(against([standing({ reason: 'hard_bounce', own: false })], [])).toEqual([]);
  });
});
