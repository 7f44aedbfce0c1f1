import { unpackRaw } from '#contracts/deliveries.js';
import type { Engagement } from '#contracts/engagement.js';
import { deriveId, subjectOf } from '#contracts/ids.js';
import type { EngagementInput } from '#contracts/inputs.js';
import type { NormalisedEngagement, ProviderRequest } from '#contracts/provider.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { PoisonError } from '../log/errors.js';
import { openInput } from '../sealing/input-codec.js';
import { memoryMasterKey } from '../sealing/memory-keys.js';
import { newDeliveryId } from './delivery-id.js';
import { type DeliveryContext, engagementRecord } from './engagement-record.js';
import { identityOf } from './identity.js';
import type { Source } from './source.js';
import { recordsOf } from './store.js';
import { storedRequest } from './stored-request.js';
import { takingOf } from './taking.js';

const source: Source = {
  id: deriveId('source'),
  workspaceId: deriveId('workspace'),
  path: 'the-path',
  name: 'shop',
  provider: 'sendgrid',
  state: 'active',
  settings: { scheme: 'bearer', keys: ['super-secret'] },
};
const master = memoryMasterKey();
const delivery: DeliveryContext = {
  source,
  deliveryId: newDeliveryId(1_000),
  receivedAt: 1_000,
  secret: Buffer.alloc(32, 1),
  keys: { engagements: master.create('inputs').key, deliveries: master.create('requests').key },
  topics: { engagements: 'engagements.g1', deliveries: 'deliveries.g1' },
};
const engagement = (more: Partial<Engagement> = {}): Engagement => ({
  type: 'clicked',
  providerEventType: 'click',
  recipient: 'ann@example.com',
  providerEventId: 'e1',
  providerMessageId: 'm1',
  occurredAt: '2026-11-24T12:00:00.000Z',
  ...more,
});
const normalised = (
  more: Partial<Engagement> = {},
  rest: Partial<NormalisedEngagement> = {},
): NormalisedEngagement => ({
  engagement: engagement(more),
  index: 0,
  dedupKeys: [['e1']],
  ...rest,
});
const keysOf = (one: NormalisedEngagement, of: DeliveryContext = delivery) =>
  (engagementRecord(of, one, 0).data as unknown as EngagementInput['data']).keys;

const opened = (record: Appendable): EngagementInput =>
  openInput({ ...record, partition: 0, position: 0 } as LogRecord, delivery.keys.engagements) as EngagementInput;

describe('whom an engagement is about', () => {
  it.each([
    ['its address, normalised', { recipient: ' Ann@EXAMPLE.com ' }, { kind: 'email', value: 'ann@example.com' }],
    ['else its object id at the provider', { recipient: null, contactId: '7' }, { kind: 'hubspot:1', value: '7' }],
    ['an address of another channel', { recipient: '+1 555', channel: 'sms' }, { kind: 'sms', value: '+1 555' }],
    ['nobody known: the delivery', { recipient: null }, { kind: 'delivery', value: 'd' }],
  ])('%s', (_, more, identity) => expect(identityOf(engagement(more), 'hubspot:1', 'd')).toEqual(identity));
});

describe('the record of an engagement', () => {
  it('names the object id beside the address, where the provider says that the two are of one person', () => {
    const of = (more: Partial<Engagement>, rest: Partial<NormalisedEngagement> = { linksContactId: true }) => {
      const { data, pii } = opened(engagementRecord(delivery, normalised(more, { objectKind: 'klaviyo', ...rest }), 0));
      return { alias: data.alias, pii: pii.alias };
    };
    const alias = { kind: 'klaviyo', value: 'P1' };
    expect(of({ contactId: 'P1' })).toEqual({ alias: subjectOf(delivery.secret, alias), pii: alias });
    const none = { alias: undefined, pii: undefined };
    expect(of({ contactId: 'P1' }, {})).toEqual(none);
    expect(of({ contactId: 'P1', ambiguous: true })).toEqual(none);
    expect(of({})).toEqual(none);
    expect(of({ contactId: 'P1', recipient: null })).toEqual(none);
  });

  it('is keyed by its subject and has a time in milliseconds, or none', () => {
    const record = engagementRecord(delivery, normalised(), 0);
    expect(record.key).toBe(subjectOf(delivery.secret, { kind: 'email', value: 'ann@example.com' }));
    expect(record.data).toMatchObject({ occurredAt: Date.UTC(2026, 10, 24, 12), index: 0, engagement: 'clicked' });
    expect(engagementRecord(delivery, normalised({ occurredAt: null }), 0).data).toMatchObject({ occurredAt: null });
    expect(engagementRecord(delivery, normalised({ occurredAt: 'mist' }), 0).data).toMatchObject({ occurredAt: null });
  });

  it('has de-duplication keys that do not depend on the delivery, the receive time or the case of the address', () => {
    const later = { ...delivery, deliveryId: newDeliveryId(2_000), receivedAt: 2_000 };
    expect(keysOf(normalised({ recipient: 'ANN@example.com' }), later)).toEqual(keysOf(normalised()));
  });

  it.each([
    ['recipient', normalised({ recipient: 'bo@example.com' })],
    ['type', normalised({ type: 'opened' })],
    ['part', normalised({}, { dedupKeys: [['e2']] })],
    ['number that is no text', normalised({}, { dedupKeys: [[['e1']]] })],
  ])('has other keys for another %s', (_, other) => expect(keysOf(other)).not.toEqual(keysOf(normalised())));

  it("tells sources apart only where event ids are the source's own", () => {
    const elsewhere = { ...delivery, source: { ...source, id: deriveId('other') } };
    expect(keysOf(normalised(), elsewhere)).toEqual(keysOf(normalised()));
    const own = normalised({}, { idsPerSource: true });
    expect(keysOf(own, elsewhere)).not.toEqual(keysOf(own));
  });

  it('has an id of its own for each engagement of an element', () => {
    const taking = { outcome: 'accepted', engagements: [normalised(), normalised()], quarantined: [] } as const;
    const records = recordsOf(
      delivery,
      { about: { method: 'POST', url: '', headers: {} }, body: Buffer.alloc(0) },
      taking,
    );
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
  });
});

it('seals requests under another key than inputs, so that each key is destroyed in its own time', () => {
  const taking = { outcome: 'accepted', engagements: [normalised()], quarantined: [] } as const;
  const raw = { about: { method: 'POST', url: '', headers: {} }, body: Buffer.from('raw') };
  const [input, request] = recordsOf(delivery, raw, taking);
  const { engagements, deliveries } = delivery.keys;
  expect(openInput({ ...(input as Appendable), partition: 0, position: 0 } as LogRecord, engagements)).toBeDefined();
  const { id, sealed } = request as Appendable;
  expect(unpackRaw(deliveries.openBytes(sealed as Buffer, id)).bytes.toString()).toBe('raw');
  expect(() => engagements.openBytes(sealed as Buffer, id)).toThrow(PoisonError);
});

describe('what is taken of a verified request', () => {
  const body = Buffer.from('body');
  it("leaves a provider's own test events out, and keeps the request", () => {
    const test = normalised({}, { isTest: true });
    expect(takingOf({ outcome: 'accept', engagements: [test], unreadable: [] }, body)).toMatchObject({
      outcome: 'ignored',
      engagements: [],
    });
    expect(takingOf({ outcome: 'accept', engagements: [test, normalised()], unreadable: [] }, body)).toMatchObject({
      outcome: 'accepted',
      engagements: [normalised()],
    });
  });

  it('is the whole body when nothing can be read, with the status of the protocol where it has one', () => {
    const malformed = { outcome: 'reject', kind: 'malformed', error: 'no JSON' } as const;
    const taking = takingOf(malformed, body);
    expect(taking).toMatchObject({
      outcome: 'malformed',
      quarantined: [{ element: null, bytes: body, detail: 'no JSON' }],
    });
    expect(taking?.answer).toBeUndefined();
    expect(takingOf({ ...malformed, status: 415 }, body)?.answer?.status).toBe(415);
  });

  it('is nothing when it may not be acted on', () => {
    expect(takingOf({ outcome: 'reject', kind: 'authorization', error: 'wrong topic' }, body)).toBeNull();
  });
});

describe('the request as it is kept', () => {
  const request = (url: string, headers: Record<string, string> = {}): ProviderRequest => ({
    method: 'POST',
    url,
    headers,
    body: Buffer.alloc(0),
  });
  const kept = (url: string, headers?: Record<string, string>) =>
    storedRequest(request(url, headers), source.settings, source.path);

  it('shows neither path nor credentials in its URL', () => {
    const { url } = kept(
      'https://user:pass@host/ingest/the-path?a=1&api_key=x&b=super-secret&c=super%2Dsecret&d=%E0%A4',
    );
    expect(url).toBe('https://host/ingest/[removed]?a=1&api_key=[removed]&b=[removed]&c=[removed]&d=%E0%A4');
  });

  it('keeps headers but those that carry credentials, by name or by value', () => {
    const headers = {
      authorization: 'Bearer super-secret',
      cookie: 'a',
      'x-webhook-secret': 'b',
      'x-odd': 'is super-secret too',
      'x-twilio-email-event-webhook-signature': 'sig',
      'content-type': 'application/json',
    };
    expect(Object.keys(kept('', headers).headers)).toEqual(['x-twilio-email-event-webhook-signature', 'content-type']);
  });
});
