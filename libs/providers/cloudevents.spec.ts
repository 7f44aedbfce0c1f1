import { keyed, normalised, requestOf, signedDelivery, UNSIGNED, verdict } from '#testing/providers/requests.js';
import { cloudevents } from './cloudevents.js';

const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
const BATCHED = { 'content-type': 'application/cloudevents-batch+json' };
const event = (more: object = {}): object => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/crm',
  type: 'com.acme.deal',
  ...more,
});
const binary = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  'ce-specversion': '1.0',
  'ce-id': 'e-1',
  'ce-source': '/crm',
  'ce-type': 'com.acme.deal',
  ...more,
});

describe('cloudevents', () => {
  it('reads a structured event, keyed by source and id', () => {
    const structured = event({
      time: '2026-01-02T03:04:05.5+02:00',
      subject: 'ann+x@acme.test',
      data: { messageId: 'm' },
    });
    expect(keyed(cloudevents, structured, STRUCTURED)).toMatchObject([
      {
        dedupKeys: [['/crm', 'e-1']],
        engagement: {
          type: 'unknown',
          providerEventType: 'com.acme.deal',
          recipient: 'ann+x@acme.test',
          providerEventId: 'e-1',
          providerMessageId: null,
          occurredAt: '2026-01-02T01:04:05.500Z',
          metadata: { source: '/crm' },
        },
      },
    ]);
  });

  it('reads a binary event, its headers percent-encoded or quoted', () => {
    const headers = binary({
      'ce-id': 'Gr%C3%BC%C3%9Fe%20%f0%9f%a6%80',
      'ce-source': '"/a \\"b\\""',
      'ce-subject': '100%',
    });
    const [first] = keyed(cloudevents, '{"email":"ann@acme.test"}', headers);
    expect(first?.engagement).toMatchObject({
      providerEventId: 'Grüße 🦀',
      recipient: 'ann@acme.test',
      metadata: { source: '/a "b"' },
    });
    expect(keyed(cloudevents, '<xml/>', { ...binary(), 'content-type': 'text/xml' })).toHaveLength(1);
  });

  it('finds the address in base64 data too', () => {
    const data = Buffer.from('{"recipient":"ann@acme.test"}').toString('base64');
    expect(keyed(cloudevents, event({ data_base64: data }), STRUCTURED)[0]?.engagement.recipient).toBe('ann@acme.test');
  });

  it('takes a batch event by event; an empty one is ignored', () => {
    expect(normalised(cloudevents, [event(), event({ id: '' })], BATCHED)).toMatchObject({
      outcome: 'accept',
      engagements: [{ index: 0 }],
      unreadable: [{ index: 1 }],
    });
    expect(normalised(cloudevents, [], BATCHED)).toMatchObject({ outcome: 'ignore' });
  });

  it.each([
    ['another specversion', event({ specversion: '0.3' }), STRUCTURED],
    ['no id', event({ id: undefined }), STRUCTURED],
    ['an id that is no string', event({ id: 5 }), STRUCTURED],
    ['data twice', event({ data: 1, data_base64: 'AA==' }), STRUCTURED],
    ['base64 that is none', event({ data_base64: 'ä' }), STRUCTURED],
    ['no object', '[]', STRUCTURED],
    ['no JSON', '{', STRUCTURED],
    ['a batch that is no array', event(), BATCHED],
    ['a batch without a good event', [event({ id: '' })], BATCHED],
    ['overlong UTF-8', '{}', binary({ 'ce-subject': 'bad%C0%A0' })],
    ['no headers at all', '{}', {}],
  ])('answers 400 to %s', (_, body, headers) => {
    expect(normalised(cloudevents, body, headers)).toMatchObject({ outcome: 'reject', kind: 'malformed', status: 400 });
  });

  it.each(['application/cloudevents+avro', 'application/cloudevents-batch+xml', 'application/cloudevents'])(
    'answers 415 to %s',
    (type) => {
      expect(normalised(cloudevents, '{}', { 'content-type': type })).toMatchObject({ outcome: 'reject', status: 415 });
    },
  );

  describe('OPTIONS', () => {
    const answer = (headers: Readonly<Record<string, string>>) =>
      cloudevents.greet?.({ ...requestOf('', headers), method: 'OPTIONS' }, UNSIGNED);

    it('grants what a sender asks for', () => {
      expect(answer({ 'webhook-request-origin': 'sender.test', 'webhook-request-rate': '120' })).toEqual({
        status: 200,
        headers: { Allow: 'POST', 'WebHook-Allowed-Origin': 'sender.test', 'WebHook-Allowed-Rate': '120' },
      });
      expect(answer({ 'webhook-request-origin': 'sender.test', 'webhook-request-rate': '-5' })?.headers).toMatchObject({
        'WebHook-Allowed-Rate': '*',
      });
    });

    it('consents to nothing in a preflight of a browser', () => {
      const grants = Object.keys(answer({ origin: 'https://app.test' })?.headers ?? {});
      expect(grants).toEqual(['Allow']);
      expect(cloudevents.greet?.(requestOf('{}'), UNSIGNED)).toBeUndefined();
    });
  });

  it('is combined with a bearer token or with Standard Webhooks', () => {
    const bearer = { scheme: 'bearer', keys: ['old', 'token'] };
    expect(verdict(cloudevents, requestOf('{}', { authorization: 'Bearer token' }), bearer)).toBe('verified');
    expect(verdict(cloudevents, requestOf('{}', { authorization: 'Bearer tokens' }), bearer)).toBe('signature');
    expect(verdict(cloudevents, requestOf('{}'), { scheme: 'bearer', keys: [] })).toBe('signature');
    const secret = `whsec_${Buffer.from('secret of the specs').toString('base64')}`;
    const signed = requestOf('{}', signedDelivery(secret, '{}'));
    expect(verdict(cloudevents, signed, { scheme: 'standard-webhooks-v1', keys: [secret] })).toBe('verified');
  });
});
