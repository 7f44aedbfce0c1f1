import type { Actor, Engagement } from '#contracts/engagement.js';
import { judgedActor } from './actor.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const engaged = (type: 'opened' | 'clicked' | 'delivered', userAgent?: string, actor?: Actor): Engagement => ({
  type,
  providerEventType: type,
  recipient: 'ann@example.com',
  providerEventId: null,
  providerMessageId: null,
  occurredAt: null,
  ...(userAgent === undefined ? {} : { userAgent }),
  ...(actor === undefined ? {} : { actor }),
});

it.each([
  ['clicked', CHROME, 'human'],
  [
    'clicked',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    'human',
  ],
  ['clicked', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'machine'],
  ['clicked', `${CHROME} HeadlessChrome/131.0`, 'machine'],
  ['clicked', 'Mozilla/5.0 (compatible; proofpoint-url-defense)', 'machine'],
  ['clicked', 'Barracuda Sentinel (EE)', 'machine'],
  ['clicked', 'Microsoft Office Existence Discovery', 'machine'],
  ['clicked', 'curl/8.5.0', 'machine'],
  ['clicked', 'python-requests/2.31', 'machine'],
  ['opened', 'Mozilla/5.0', 'machine'],
  ['opened', 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)', undefined],
  ['opened', CHROME, undefined],
  ['opened', '', undefined],
  ['clicked', 'Outlook-iOS/2.0', undefined],
  ['delivered', 'curl/8.5.0', undefined],
] as const)('%s by "%s": %s', (type, userAgent, actor) => {
  const expected = actor === undefined ? {} : { actor, actorDerived: true };
  expect(judgedActor(engaged(type, userAgent), undefined)).toEqual(expected);
});

it('takes what the provider states, and asks nothing where the source wants nothing else', () => {
  expect(judgedActor(engaged('clicked', 'curl/8', 'human'), {})).toEqual({ actor: 'human' });
  expect(judgedActor(engaged('clicked', CHROME, 'machine'), {})).toEqual({ actor: 'machine' });
  expect(judgedActor(engaged('clicked', CHROME, 'unknown'), {})).toEqual({ actor: 'human', actorDerived: true });
  expect(judgedActor(engaged('opened', CHROME, 'unknown'), {})).toEqual({ actor: 'unknown' });
  const asSaid = { deriveActors: false };
  expect(judgedActor(engaged('clicked', 'curl/8'), asSaid)).toEqual({ actorAsSaid: true });
  expect(judgedActor(engaged('clicked', 'curl/8', 'unknown'), asSaid)).toEqual({ actor: 'unknown', actorAsSaid: true });
  expect(judgedActor(engaged('delivered'), asSaid)).toEqual({});
});
