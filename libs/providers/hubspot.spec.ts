import { createHash } from 'node:crypto';
import {
  countOnce,
  hmac,
  keyed,
  normalised,
  only,
  requestOf,
  verdict,
  WEBHOOK_URL,
} from '#testing/providers/requests.js';
import { hubspot } from './hubspot.js';

const change = (more: object = {}): object => ({
  eventId: 100,
  subscriptionId: 2,
  portalId: 3,
  appId: 4,
  occurredAt: 1_700_000_000_123,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 500,
  propertyName: 'lifecyclestage',
  propertyValue: 'lead',
  changeSource: 'CRM',
  ...more,
});

describe('hubspot', () => {
  it('names the contact by its id, within its portal', () => {
    const [first] = keyed(hubspot, [change()]);
    expect(first).toMatchObject({
      objectKind: 'hubspot:3',
      engagement: {
        type: 'unknown',
        providerEventType: 'contact.propertyChange',
        recipient: null,
        contactId: '500',
        providerEventId: '100',
        occurredAt: '2023-11-14T22:13:20.123Z',
        metadata: { propertyName: 'lifecyclestage', propertyValue: 'lead', changeSource: 'CRM', attemptNumber: 0 },
      },
    });
  });

  it.each([
    ['hs_email_optout', 'subscription_change', 'all'],
    ['hs_email_optout_77', 'subscription_change', 'group:77'],
    ['hs_email_optout_reason', 'unknown', undefined],
    ['constructor', 'unknown', undefined],
  ])('a change of %s is %s', (propertyName, type, scope) => {
    const engagement = only(hubspot, [change({ propertyName, propertyValue: 'true' })]);
    expect([engagement.type, engagement.scope]).toEqual([type, scope]);
  });

  it.each([
    ['contact.creation', undefined, '500'],
    ['contact.privacyDeletion', undefined, '500'],
    ['object.creation', '0-1', '500'],
    ['object.creation', '0-2', null],
    ['company.creation', undefined, null],
  ])('%s of object type %s is about the contact %s', (subscriptionType, objectTypeId, contactId) => {
    expect(only(hubspot, [change({ subscriptionType, objectTypeId })]).contactId).toBe(contactId);
  });

  it('asks a person to act on an erasure, naming contact and portal, and on nothing else', () => {
    const [erased, renamed] = keyed(hubspot, [
      change({ subscriptionType: 'contact.privacyDeletion', objectId: 9_007_199_254_740 }),
      change(),
    ]);
    expect(erased?.alert).toMatch(/contact 9007199254740 of portal 3 .*GDPR.*afterclick contacts delete/);
    expect(erased?.engagement).toMatchObject({ type: 'unknown', contactId: '9007199254740' });
    expect(renamed).not.toHaveProperty('alert');
    const [nameless] = keyed(hubspot, [{ subscriptionType: 'contact.privacyDeletion', occurredAt: 1_700_000_000_123 }]);
    expect(nameless?.alert).toMatch(/contact without an id of portal unknown/);
  });

  it('keeps which contacts were merged', () => {
    const merge = {
      subscriptionType: 'contact.merge',
      objectId: undefined,
      primaryObjectId: 1,
      mergedObjectIds: [2, 3],
    };
    expect(only(hubspot, [change(merge)])).toMatchObject({ contactId: '1', metadata: { mergedObjectIds: [2, 3] } });
  });

  it('counts a retry once, and another change with the same event id again', () => {
    const [first, retry, other] = keyed(hubspot, [
      change(),
      change({ attemptNumber: 3 }),
      change({ propertyName: 'city' }),
    ]);
    expect([countOnce(first, retry), countOnce(first, other)]).toEqual([true, false]);
    const [untimed, untimedRetry] = keyed(hubspot, [
      change({ occurredAt: null }),
      change({ occurredAt: null, attemptNumber: 1 }),
    ]);
    expect(countOnce(untimed, untimedRetry)).toBe(true);
  });

  it('takes a batch element by element', () => {
    expect(normalised(hubspot, [change(), {}, null])).toMatchObject({
      outcome: 'accept',
      unreadable: [{ index: 1 }, { index: 2 }],
    });
    expect(normalised(hubspot, [])).toMatchObject({ outcome: 'ignore' });
    expect(normalised(hubspot, "{'a':'b'}")).toMatchObject({ outcome: 'reject', kind: 'malformed' });
  });

  describe('signatures', () => {
    const body = JSON.stringify([change()]);
    const time = '1700000000000';
    const v3 = { scheme: 'hubspot-v3-hmac-sha256-base64', keys: ['old', 'secret'] };
    const signed = (url: string, encoding: 'hex' | 'base64' = 'base64') =>
      requestOf(body, {
        'x-hubspot-request-timestamp': time,
        'x-hubspot-signature-v3': hmac(encoding, 'secret', 'POST', url, body, time),
      });

    it('version 3 covers method, URL, body and time', () => {
      expect(verdict(hubspot, signed(WEBHOOK_URL), v3, Number(time) + 300_000)).toBe('verified');
      expect(verdict(hubspot, signed(WEBHOOK_URL), v3, Number(time) + 300_001)).toBe('freshness');
      expect(verdict(hubspot, signed(WEBHOOK_URL, 'hex'), v3)).toBe('signature');
      expect(verdict(hubspot, signed('http://crm.test/ingest/src-1'), v3)).toBe('signature');
      expect(verdict(hubspot, requestOf(body), v3)).toBe('signature');
    });

    it("the configured URL is signed, with HubSpot's own escapes decoded and no other", () => {
      const source = { ...v3, signedUrl: 'https://crm.test/in?a=%3a%2F%40&b=%20%25' };
      expect(verdict(hubspot, signed('https://crm.test/in?a=:/@&b=%20%25'), source)).toBe('verified');
    });

    it('versions 1 and 2 are plain hashes over secret, method, URL and body', () => {
      const hash = (...parts: string[]): string => createHash('sha256').update(parts.join('')).digest('hex');
      const request = (signature: string) => requestOf(body, { 'x-hubspot-signature': signature });
      const v1 = { scheme: 'hubspot-v1-sha256-hex', keys: ['old', 'secret'] };
      const v2 = { scheme: 'hubspot-v2-sha256-hex', keys: ['old', 'secret'] };
      expect(verdict(hubspot, request(hash('secret', body)), v1)).toBe('verified');
      expect(verdict(hubspot, request(hash('secret', 'POST', WEBHOOK_URL, body)), v2)).toBe('verified');
      expect(verdict(hubspot, request(hash('secret', body)), v2)).toBe('signature');
      expect(verdict(hubspot, request(hash('secret', body)), v3)).toBe('signature');
      expect(verdict(hubspot, request('zz'), v1)).toBe('signature');
    });
  });
});
