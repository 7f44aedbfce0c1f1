import { deriveId } from '#contracts/ids.js';
import type { EngagementInput } from '#contracts/inputs.js';
import type { NormalisedEngagement, Provider } from '#contracts/provider.js';
import { memoryMasterKey } from '../sealing/memory-keys.js';
import { engagementRecord } from './engagement-record.js';
import { type OpenPart, type RereadContext, reread } from './reread.js';
import type { Source } from './source.js';

const source: Source = {
  id: deriveId('source'),
  workspaceId: deriveId('workspace'),
  path: 'p',
  name: 'shop',
  provider: 'odd',
  state: 'active',
  settings: { scheme: 'none', keys: [] },
};
const master = memoryMasterKey();
const delivery: RereadContext = {
  source,
  deliveryId: deriveId('delivery'),
  receivedAt: 1_000,
  recordedAt: 90_000,
  secret: Buffer.alloc(32, 1),
  keys: { engagements: master.create('a').key, deliveries: master.create('b').key },
  topics: { engagements: 'engagements.g1', deliveries: 'deliveries.g1' },
};
const request = { method: 'POST', url: '', headers: {}, body: Buffer.from('') };
const said = (index: number, more: Partial<NormalisedEngagement> = {}): NormalisedEngagement => ({
  engagement: {
    type: 'opened',
    providerEventType: 'open',
    recipient: `${index}@example.com`,
    providerEventId: `e${index}`,
    providerMessageId: null,
    occurredAt: null,
  },
  index,
  dedupKeys: [[`e${index}`]],
  ...more,
});
/** A parser that reads what the test says. */
const parser = (normalise: Provider['normalise']): Provider => ({ normalise }) as unknown as Provider;
const accepts = (engagements: readonly NormalisedEngagement[], unreadable: readonly number[] = []): Provider =>
  parser(() => ({
    outcome: 'accept',
    engagements,
    unreadable: unreadable.map((index) => ({ index, raw: '', reason: `no ${index}` })),
  }));
const part = (element: number | null): OpenPart => ({ id: deriveId('part', String(element)), element });
const read = (provider: Provider, open: readonly OpenPart[], only = true) =>
  reread(provider, delivery, request, open, only);

it('takes of a batch the element that is driven again, and nothing else', () => {
  const { records, engagements, settled, reason } = read(accepts([said(0), said(2), said(2), said(3)]), [part(2)]);
  expect({ engagements, settled, reason }).toEqual({ engagements: 2, settled: [part(2).id], reason: null });
  expect(records.map(({ type }) => type)).toEqual(['engagement', 'engagement', 'delivery_reread']);
  expect(records.at(-1)?.data).toMatchObject({ engagements: 2, settled: [part(2).id], receivedAt: 1_000 });
});

it('takes the whole body when none of it was understood', () => {
  expect(read(accepts([said(0), said(1)]), [part(null)])).toMatchObject({ engagements: 2, settled: [part(null).id] });
});

it('says why what is still not understood is not, and takes nothing', () => {
  const none = { records: [], engagements: 0, settled: [] };
  expect(read(accepts([said(0)], [2]), [part(2)])).toEqual({ ...none, reason: 'no 2' });
  const refusing = parser(() => ({ outcome: 'reject', kind: 'malformed', error: 'no JSON' }));
  expect(read(refusing, [part(null)])).toEqual({ ...none, reason: 'no JSON' });
  const failing = parser(() => {
    throw new Error('cannot');
  });
  expect(read(failing, [part(null)])).toEqual({ ...none, reason: 'cannot' });
});

it('settles a part that turns out to say nothing', () => {
  const ignoring = parser(() => ({ outcome: 'ignore', reason: 'a ping' }));
  const { records, settled } = read(ignoring, [part(null)]);
  expect([records.map(({ type }) => type), settled]).toEqual([['delivery_reread'], [part(null).id]]);
});

it('reads all of a request, and settles what of it is understood now', () => {
  const { engagements, settled, reason } = read(accepts([said(0), said(1)], [2]), [part(1), part(2)], false);
  expect({ engagements, settled, reason }).toEqual({ engagements: 2, settled: [part(1).id], reason: 'no 2' });
});

it('has the delivery, the receive time and the keys of the first time, and ids of its own', () => {
  const [again] = read(accepts([said(2)]), [part(2)]).records;
  const first = engagementRecord(delivery, said(2), 0);
  const of = (record: typeof again) => record?.data as unknown as EngagementInput['data'];
  expect(of(again)).toEqual(of(first));
  expect(again?.at).toBe(90_000);
  expect(again?.id).not.toBe(first.id);
  expect(read(accepts([said(2)]), [part(2)]).records[0]?.id).toBe(again?.id);
  const other = read(accepts([said(2, { dedupKeys: [['another reading']] })]), [part(2)]).records[0];
  expect(other?.id).not.toBe(again?.id);
});

it('never takes what was refused for good, not even when all is read again', () => {
  const refused = { ...part(1), refused: true };
  const { engagements, settled, reason } = read(accepts([said(0), said(1)]), [refused], false);
  expect({ engagements, settled, reason }).toEqual({ engagements: 1, settled: [], reason: null });
  expect(read(accepts([said(1)]), [refused], false).records).toEqual([]);
});

it('goes with its one-time token, when that was not judged at receipt', () => {
  const replay = { token: deriveId('token'), body: deriveId('body') };
  const { records } = reread(accepts([said(0)]), { ...delivery, replay }, request, [part(null)], true);
  expect(records[0]?.data).toMatchObject({ replay });
});
