import { deriveId } from '#contracts/ids.js';
import { READ_MODELS } from '#contracts/read-models.js';
import { StopPartitionError } from '#engine/log/errors.js';
import type { Batch } from '#engine/log/log.js';
import { engage, hotLead, outcome, SOURCE, tellStory } from '#testing/contact-events/story.js';
import { EventLane, START } from '#testing/contact-events/stream.js';
import { BatchProjector } from './batch-projector.js';
import { MemoryProjectionStore } from './memory-store.js';

function batch(lane: EventLane, from: number, to: number): Batch {
  const fence = { group: 'projection', topic: 'contact-events.g1', partition: lane.partition, epoch: 1 };
  const { signal } = new AbortController();
  return { fence, first: from, next: to, records: lane.records(from, to), attempt: 0, signal };
}

/** Projects the lane in batches of `size`; `offset`: where the log says it starts, so that a repeat passes the checkpoint. */
async function project(lane: EventLane, store = new MemoryProjectionStore(), size = 1000, from = 0) {
  const projector = new BatchProjector(store, lane);
  for (let first = from; first < lane.rows.length; first += size)
    await projector.project(batch(lane, first, Math.min(first + size, lane.rows.length)));
  return store;
}

function contents(store: MemoryProjectionStore) {
  const { contacts, tags, timeline, enrollments, suppressions, effects, notifications, ruleCounts, sourceCounts } =
    store;
  const maps = { contacts, timeline, enrollments, suppressions, effects, notifications, ruleCounts, sourceCounts };
  const rows = Object.entries(maps).map(([name, map]) => [name, [...map].sort(([a], [b]) => (a < b ? -1 : 1))]);
  return { tags: [...tags].sort(), ...Object.fromEntries(rows) };
}

/** given(lane).then(row by row): after the events, and after the same events again. */
async function given(lane: EventLane) {
  const once = await project(lane);
  const again = new MemoryProjectionStore();
  const projector = new BatchProjector(again, lane);
  await projector.project(batch(lane, 0, lane.rows.length));
  const repeated = { ...batch(lane, 0, lane.rows.length), first: lane.rows.length, next: 2 * lane.rows.length };
  await projector.project(repeated);
  expect(contents(again)).toEqual(contents(once));
  return once;
}

function contactOf(store: MemoryProjectionStore, lane: EventLane, name: string) {
  return store.contacts.get(`${lane.workspaceId}${lane.contact(name)}`);
}

describe('projecting a story', () => {
  it('shows each contact as it is now', async () => {
    const lane = tellStory();
    const store = await given(lane);
    expect(contactOf(store, lane, 'ada')).toMatchObject({
      email: 'ada@example.com',
      attributes: { plan: { tier: 2 } },
      tags: ['pricing'],
      score: 55,
      stage: 'lead',
      owner: 'olga@acme.example',
      suppressed: false,
      engagements: 3,
      lastEngagement: 'clicked',
      erased: false,
      createdAt: START,
    });
    expect(contactOf(store, lane, 'bob')).toMatchObject({ suppressed: false, suppressedScopes: ['group:7'] });
    expect(contactOf(store, lane, 'cy')).toMatchObject({ engagements: 0, linkedTo: lane.contact('ada') });
    expect([...store.tags]).toEqual([`${lane.workspaceId}${lane.contact('ada')} pricing`]);
  });

  it('shows the inbox once it was delivered there, taken and done', async () => {
    const lane = tellStory();
    const store = await given(lane);
    expect([...store.notifications.values()]).toEqual([
      expect.objectContaining({
        state: 'done',
        title: 'ada is hot',
        takenBy: 'olga',
        doneBy: 'olga',
        rule: 'hot-lead',
      }),
    ]);
    const effects = [...store.effects.values()];
    expect(effects).toHaveLength(2);
    const adas = effects.find((effect) => effect.contactId === lane.contact('ada'));
    expect(adas).toMatchObject({ state: 'delivered', rule: 'hot-lead', ruleVersion: 2, action: 'notify-owner' });
    expect(adas?.outcomes).toMatchObject({
      webhook: { outcome: 'dead', reason: 'http_410', detail: 'gone: https://hooks.example/x' },
      inbox: { outcome: 'delivered', reason: null },
    });
  });

  it('counts per rule, day and lane, and per source, hour and lane', async () => {
    const store = await given(tellStory());
    const counts = [...store.ruleCounts.values()].map(({ rule, measure, day, count }) => [rule, measure, day, count]);
    expect(counts.sort()).toEqual([
      ['broken', 'failed', '2026-11-01', 1],
      ['hot-lead', 'effects', '2026-11-01', 2],
      ['hot-lead', 'fired', '2026-11-01', 2],
      ['hot-lead', 'held:limit', '2026-11-01', 1],
    ]);
    const sources = [...store.sourceCounts.values()];
    expect(sources.every(({ sourceId, hour }) => sourceId === SOURCE && hour === START)).toBe(true);
    expect(sources.map(({ type, count }) => [type, count]).sort()).toEqual([
      ['clicked', 2],
      ['delivered', 2],
      ['opened', 2],
    ]);
  });

  it('keeps every event in the timeline, opened', async () => {
    const lane = tellStory();
    const store = await given(lane);
    expect(store.timeline.size).toBe(lane.rows.length);
    const click = [...store.timeline.values()].find((row) => row.data['engagement'] === 'clicked');
    expect(click?.pii).toMatchObject({ url: 'https://acme.example/pricing?u=1' });
    expect(store.vector.get(lane.lane)).toBe(lane.rows.length);
  });

  it.each([1, 2, 3, 7, 1000])('gives the same rows in batches of %d', async (size) => {
    const lane = tellStory();
    expect(contents(await project(lane, new MemoryProjectionStore(), size))).toEqual(contents(await project(lane)));
  });

  it('has a projection for every model that is named', () => {
    expect(Object.keys(READ_MODELS).sort()).toEqual(
      [
        'contact',
        'timeline',
        'enrollment',
        'suppression',
        'effect',
        'notification',
        'rule_counter',
        'source_counter',
      ].sort(),
    );
  });
});

describe('an erased contact', () => {
  it.each([0, 5, 12, 20])('folds to the same form whenever its key went (after %d events)', async (after) => {
    const lane = tellStory();
    const store = new MemoryProjectionStore();
    const projector = new BatchProjector(store, lane);
    if (after > 0) await projector.project(batch(lane, 0, after));
    lane.erase('ada');
    lane.erase('bob');
    await projector.project(batch(lane, after, lane.rows.length));
    const replayed = await project(lane);
    expect(contents(store)).toEqual(contents(replayed));
    expect(contactOf(store, lane, 'ada')).toMatchObject({
      erased: true,
      email: null,
      attributes: {},
      tags: [],
      score: 55,
    });
    expect(JSON.stringify(contents(store))).not.toMatch(/ada@|olga|pricing\?u|is hot|hooks\.example/);
  });
});

describe('what must not be projected', () => {
  it('stops at an event of a later version', async () => {
    const lane = tellStory();
    const [record] = lane.records(0, 1);
    const store = new MemoryProjectionStore();
    const newer = { ...batch(lane, 0, 1), records: [{ ...record!, v: 2 }] };
    await expect(new BatchProjector(store, lane).project(newer)).rejects.toThrow(StopPartitionError);
    const unknown = { ...batch(lane, 0, 1), records: [{ ...record!, type: 'moon_landed' }] };
    await expect(new BatchProjector(store, lane).project(unknown)).rejects.toThrow('moon_landed v1 at position 0');
    const alien = { ...batch(lane, 0, 1), records: [{ ...record!, key: null }] };
    await expect(new BatchProjector(store, lane).project(alien)).rejects.toThrow(StopPartitionError);
    await expect(new BatchProjector(store, lane).setAside(alien, new Error('x'))).rejects.toThrow('no contact event');
    expect(store.contacts.size).toBe(0);
  });

  it('stops where earlier events of a contact are missing', async () => {
    const lane = tellStory();
    await expect(project(lane, new MemoryProjectionStore(), 1000, 1)).rejects.toThrow('run afterclick replay');
  });

  it('sets a contact aside with an event that cannot be projected, and lets the others flow', async () => {
    const lane = new EventLane();
    const bad = lane.add('ada', { type: 'stage_set', data: { by: { command: true } }, pii: { stage: 'lead' } });
    engage(lane, 'bob', 'opened');
    engage(lane, 'ada', 'opened');
    const broken = { ...lane.records(0, 1)[0]!, sealed: Buffer.from('no sealed bytes at all, but long enough') };
    const store = new MemoryProjectionStore();
    const projector = new BatchProjector(store, lane);
    const poison = { ...batch(lane, 0, 1), records: [broken] };
    const error: unknown = await projector.project(poison).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'PoisonError' });
    await projector.setAside(poison, error);
    await projector.project(batch(lane, 1, 3));
    expect(contactOf(store, lane, 'ada')).toBeUndefined();
    expect(contactOf(store, lane, 'bob')).toMatchObject({ engagements: 1 });
    expect([...store.stuck.values()]).toEqual([expect.objectContaining({ eventId: bad.id, error: 'PoisonError' })]);
  });
});

describe('text that Postgres cannot hold', () => {
  it('is shown with replacement characters', async () => {
    const lane = new EventLane();
    const pii = { value: { 'na\0me': ['half \ud800', 'good \u{1F600}', 'line\n'] } };
    lane.add('ada', { type: 'attribute_set', data: { by: { command: true }, name: 'odd' }, pii });
    const store = await given(lane);
    expect(contactOf(store, lane, 'ada')?.attributes).toEqual({
      odd: { 'na\uFFFDme': ['half \uFFFD', 'good \u{1F600}', 'line\n'] },
    });
  });
});

describe('a suppression', () => {
  it('that is repeated takes the stronger reason and keeps its time; lifted and repeated it is a new one', async () => {
    const lane = new EventLane();
    const subject = lane.contact('ada');
    const by = { engine: true } as const;
    const suppress = (reason: 'unsubscribed' | 'complaint') =>
      lane.add('ada', { type: 'suppressed', data: { by, scope: 'all', reason, subject }, pii: null });
    suppress('unsubscribed');
    suppress('complaint');
    let [row] = [...(await given(lane)).suppressions.values()];
    expect(row).toMatchObject({ reason: 'complaint', since: START, liftedAt: null });
    lane.add('ada', { type: 'suppression_lifted', data: { by, scope: 'all', reason: 'command', subject }, pii: null });
    const lifted = await given(lane);
    [row] = [...lifted.suppressions.values()];
    expect(row).toMatchObject({ since: START, liftedAt: START + 2000, liftedReason: 'command' });
    expect(contactOf(lifted, lane, 'ada')).toMatchObject({ suppressed: false, suppressedScopes: [] });
    suppress('unsubscribed');
    const again = await given(lane);
    [row] = [...again.suppressions.values()];
    expect(row).toMatchObject({ reason: 'unsubscribed', since: START + 3000, liftedAt: null, liftedReason: null });
    expect(contactOf(again, lane, 'ada')).toMatchObject({ suppressed: true, suppressedScopes: ['all'] });
  });
});

describe('whether a suppression is of the person', () => {
  const by = { engine: true } as const;
  async function ofPerson(tell: (lane: EventLane, suppress: (reason: 'hard_bounce' | 'complaint') => void) => void) {
    const lane = new EventLane();
    const subject = lane.contact('ada');
    tell(
      lane,
      (reason) => void lane.add('ada', { type: 'suppressed', data: { by, scope: 'all', reason, subject }, pii: null }),
    );
    const [row] = [...(await given(lane)).suppressions.values()];
    return row?.ofPerson;
  }

  it('a hard bounce is not, a complaint is, and stays so beside a bounce that comes later', async () => {
    expect(await ofPerson((_, suppress) => suppress('hard_bounce'))).toBe(false);
    expect(await ofPerson((_, suppress) => suppress('complaint'))).toBe(true);
    const both = ofPerson((_, suppress) => {
      suppress('complaint');
      suppress('hard_bounce');
    });
    expect(await both).toBe(true);
  });

  it.each(['complaint', 'unsubscribed'] as const)(
    '%s after a hard bounce suppresses no more, but the person has spoken',
    async (type) => {
      const told = ofPerson((lane, suppress) => {
        suppress('hard_bounce');
        engage(lane, 'ada', type);
      });
      expect(await told).toBe(true);
      const opened = ofPerson((lane, suppress) => {
        suppress('hard_bounce');
        engage(lane, 'ada', 'opened');
      });
      expect(await opened).toBe(false);
    },
  );
});

describe('an outcome', () => {
  it('of an effect that is not on record changes nothing but the timeline', async () => {
    const lane = new EventLane();
    outcome(lane, 'ada', deriveId('nothing'), 'inbox');
    const store = await given(lane);
    expect([store.effects.size, store.notifications.size, store.timeline.size]).toEqual([0, 0, 1]);
  });

  it('in a later batch than its request finds title and rule', async () => {
    const lane = new EventLane();
    const effectId = hotLead(lane, 'ada', engage(lane, 'ada', 'clicked'));
    outcome(lane, 'ada', effectId, 'inbox');
    const store = await project(lane, new MemoryProjectionStore(), 1);
    expect([...store.notifications.values()]).toEqual([
      expect.objectContaining({ state: 'open', title: 'ada is hot' }),
    ]);
  });
});
