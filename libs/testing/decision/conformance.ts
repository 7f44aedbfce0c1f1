/** What a decision store must do; every adapter runs it. */
import { type QuarantineDetail, unpackRaw } from '#contracts/deliveries.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { HOLD_AFTER } from '#engine/decision/store.js';
import { UNPARKED_AT_ONCE } from '#engine/decision/unpark.js';
import { FencedError, StopPartitionError, WorldError } from '#engine/log/errors.js';
import { openInput } from '#engine/sealing/input-codec.js';
import { type DecisionWorld, Driver } from './driver.js';
import { idOf, T0 } from './engagements.js';
import { CRASH, LINK, LINKED_TO, POISON } from './tally.js';

const HOUR = 3_600_000;
const rule = (name: string, version: number, yaml: string) => ({ rule: name, version, yaml, templates: {} });

export function decisionStoreConformance(name: string, world: () => Promise<DecisionWorld>): void {
  describe(`decisions kept ${name}`, () => {
    let driver: Driver;
    beforeEach(async () => {
      driver = new Driver(await world());
    });
    const score = (contact: string): Promise<number> => scoreOf(contact);
    const scoreOf = async (contact: string, workspaceId?: Uuid): Promise<number> => {
      const { states } = await driver.dump();
      const id = await driver.contactId(contact, workspaceId);
      return JSON.parse(states.find((row) => row.contactId === id)?.state ?? '{}').score;
    };

    it('keep events with their places, gapless a lane, and the state they fold to', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1' });
      await driver.engagement({ contact: 'bob', nonce: '2', at: T0 + 5 });
      await driver.engagement({ contact: 'ada', nonce: '3', at: T0 - 5 });
      await driver.run();
      const { events, states, heads } = await driver.dump();
      expect(
        events.map(({ version, position, inputPosition, recordedAt }) => ({
          version,
          position,
          inputPosition,
          recordedAt,
        })),
      ).toEqual([
        { version: 1, position: 0, inputPosition: 0, recordedAt: T0 },
        { version: 2, position: 1, inputPosition: 0, recordedAt: T0 },
        { version: 1, position: 2, inputPosition: 1, recordedAt: T0 + 5 },
        { version: 2, position: 3, inputPosition: 1, recordedAt: T0 + 5 },
        { version: 3, position: 4, inputPosition: 2, recordedAt: T0 },
        { version: 4, position: 5, inputPosition: 2, recordedAt: T0 },
      ]);
      expect(events[0]).toMatchObject({
        type: 'engagement_recorded',
        inputTopic: 'engagements.g1',
        pii: { ip: '203.0.113.77' },
      });
      expect(heads.map(([, next]) => next)).toEqual([6]);
      expect(states.map((row) => row.version).sort()).toEqual([2, 4]);
      expect(driver.decided).toHaveLength(1);
    });

    it('apply an engagement once, in one batch and over several, and book every repeat', async () => {
      for (const [index, size] of [1, 2].entries()) {
        await driver.engagement({ contact: 'ada', nonce: '1' }, `first ${index}`);
        await driver.engagement({ contact: 'ada', nonce: '1' }, `retry ${index}`);
        await driver.run(() => size);
      }
      const { events, books, seen } = await driver.dump();
      expect(events).toHaveLength(2);
      expect(seen).toHaveLength(1);
      expect(books).toHaveLength(1);
      expect(books[0]).toMatchObject({
        sourceId: idOf('source'),
        hour: Math.floor(T0 / HOUR) * HOUR,
        applied: 1,
        duplicate: 3,
      });
    });

    it('let nobody write under an old fence, and write nothing then', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1' });
      const batch = await driver.batch();
      await driver.take(0);
      await expect(driver.handlers.onBatch(batch)).rejects.toThrow(FencedError);
      expect((await driver.dump()).events).toHaveLength(0);
      await driver.run();
      expect((await driver.dump()).events).toHaveLength(2);
    });

    it('do not decide a batch again that is behind the checkpoint', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1' });
      const batch = await driver.batch();
      await driver.handlers.onBatch(batch);
      await expect(driver.handlers.onBatch(batch)).rejects.toThrow();
      expect((await driver.dump()).events).toHaveLength(2);
    });

    it('see nothing of another workspace, also of the same address', async () => {
      const [one, two] = driver.world.workspaceIds;
      await driver.engagement({ contact: 'ada', nonce: '1', workspaceId: one }, 'a');
      await driver.engagement({ contact: 'ada', nonce: '1', workspaceId: two }, 'b');
      await driver.run();
      const { states, events, books } = await driver.dump();
      expect(new Set(states.map((row) => row.contactId)).size).toBe(2);
      expect(events.map((event) => event.workspaceId)).toEqual([one, one, two, two]);
      expect(books.map((row) => row.applied)).toEqual([1, 1]);
    });

    it('park what cannot be decided, queue what follows of that contact, and let others flow', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1', reason: POISON });
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.engagement({ contact: 'bob', nonce: '3' });
      await driver.run();
      await driver.engagement({ contact: 'ada', nonce: '4' });
      await driver.run();
      const { parked, states, books } = await driver.dump();
      expect(parked.map((row) => row.reason)).toEqual(['poison', 'behind', 'behind']);
      expect(states).toHaveLength(1);
      expect(books[0]).toMatchObject({ applied: 1, parked: 3 });
    });

    it('decide what was parked in its order when asked again, and move it in the books', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1', reason: POISON });
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.engagement({ contact: 'ada', nonce: '1' }, 'retry');
      await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'too early');
      await driver.run();
      expect((await driver.dump()).parked.map((row) => row.state)).toEqual(['parked', 'parked', 'parked']);
      driver.tally.poisonous = false;
      await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'unpark');
      await driver.engagement({ contact: 'ada', nonce: '3' });
      await driver.run();
      const { parked, events, books } = await driver.dump();
      expect(parked.map((row) => row.state)).toEqual(['replayed', 'replayed', 'replayed']);
      expect(events.filter((event) => event.type === 'engagement_recorded').map((event) => event.causationId)).toEqual(
        ['1', '2', '3'].map(idOf),
      );
      // What was unparked was decided where the unparking stands: that is where its rules were in force.
      expect(events.map((event) => event.inputPosition)).toEqual([4, 4, 4, 4, 5, 5]);
      expect(books[0]).toMatchObject({ applied: 3, duplicate: 1, parked: 0 });
    });

    it('decide what was parked so many at a time, and ask for the rest under an id of its own', async () => {
      const waiting = 2 * UNPARKED_AT_ONCE + 1;
      await driver.engagement({ contact: 'ada', nonce: '0', reason: POISON });
      for (let n = 1; n <= waiting; n += 1) await driver.engagement({ contact: 'ada', nonce: String(n) });
      const asked = await driver.input({ type: 'unpark', v: 1, data: { discard: true }, pii: null }, 'ada', 'unpark');
      await driver.run();
      const { parked, forwards } = await driver.dump();
      expect(parked.filter((row) => row.state === 'parked')).toHaveLength(waiting + 1 - UNPARKED_AT_ONCE);
      expect(forwards).toMatchObject([{ type: 'unpark', key: asked.key, id: deriveId('unpark', asked.id), data: {} }]);

      await driver.engagement({ contact: 'ada', nonce: 'meanwhile' });
      let asks = 0;
      for (; asks < (await driver.dump()).forwards.length; asks += 1) {
        const [forward] = (await driver.dump()).forwards.slice(asks) as [Appendable];
        driver.append({ ...forward, ...driver.end(0) } as LogRecord);
        await driver.run();
      }
      expect(asks).toBe(2);
      const { events, books, ...left } = await driver.dump();
      expect(left.parked.filter((row) => row.state === 'parked')).toEqual([]);
      expect(events.filter((event) => event.type === 'engagement_recorded').map((event) => event.causationId)).toEqual(
        [...Array.from({ length: waiting }, (_, n) => String(n + 1)), 'meanwhile'].map(idOf),
      );
      expect(books[0]).toMatchObject({ applied: waiting + 1, parked: 1 });
    });

    it('drop the poison alone when it is discarded', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1', reason: POISON });
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.input({ type: 'unpark', v: 1, data: { discard: true }, pii: null }, 'ada', 'discard');
      await driver.run();
      const { parked, books } = await driver.dump();
      expect(parked.map((row) => row.state)).toEqual(['discarded', 'replayed']);
      expect(books[0]).toMatchObject({ applied: 1, parked: 1 });
    });

    it('do once what was asked once, however often it comes: a discard does not reach what is parked later', async () => {
      const discard = () =>
        driver.input({ type: 'unpark', v: 1, data: { discard: true }, pii: null }, 'ada', 'discard');
      await driver.engagement({ contact: 'ada', nonce: '1', reason: POISON });
      await discard();
      await driver.engagement({ contact: 'ada', nonce: '2', reason: POISON });
      await discard();
      await driver.run();
      await discard();
      await driver.run();
      expect((await driver.dump()).parked.map((row) => row.state)).toEqual(['discarded', 'parked']);
    });

    it('park a record whose bytes do not open, and open it again when they can be', async () => {
      const record = await driver.engagement({ contact: 'ada', nonce: '1' });
      driver.log[0] = [{ ...record, sealed: Buffer.from(record.sealed ?? []).fill(7, 20, 24) }];
      await driver.run();
      const { parked } = await driver.dump();
      expect(parked).toMatchObject([{ reason: 'poison', state: 'parked', id: record.id }]);
      expect(parked[0]?.sealed?.includes(driver.log[0]?.[0]?.sealed ?? 'x')).toBe(false);
      await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'unpark');
      await driver.run();
      expect((await driver.dump()).parked).toMatchObject([{ reason: 'poison', state: 'parked' }]);
    });

    it('park from outside what made the process fail three times', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1', reason: CRASH });
      await driver.engagement({ contact: 'ada', nonce: '2' });
      const batch = await driver.batch(0, 1);
      await expect(driver.handlers.onBatch(batch)).rejects.toThrow(CRASH);
      await driver.handlers.onPoison(batch, new TypeError(CRASH));
      driver.moved(batch);
      await driver.run();
      expect((await driver.dump()).parked.map((row) => row.reason)).toEqual(['poison', 'behind']);
    });

    it('stop at an input of a later version, with all before it decided', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1' });
      const later = await driver.engagement({ contact: 'bob', nonce: '2' });
      driver.log[0]?.splice(1, 1, { ...later, v: 9 });
      const batch = await driver.batch();
      await expect(driver.handlers.onBatch(batch)).rejects.toThrow(StopPartitionError);
      expect((await driver.dump()).states).toHaveLength(1);
      await driver.take(0);
      expect((await driver.batch()).first).toBe(1);
      await expect(driver.handlers.onBatch(await driver.batch())).rejects.toThrow(StopPartitionError);
      expect((await driver.dump()).parked).toHaveLength(0);
    });

    it('take rules into force where their publication stands, and give every contact its counters first', async () => {
      await driver.world.addVersions(driver.workspaceId, [rule('hot', 1, 'clicked'), rule('hot', 2, 'opened')]);
      await driver.engagement({ contact: 'ada', nonce: '1' });
      await driver.publish(1, [{ rule: 'hot', version: 1 }]);
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.run();
      // One click was on record before the rule was: 1 + 1.
      expect(await score('ada')).toBe(2);
      await driver.engagement({ contact: 'ada', nonce: '3' });
      await driver.run(undefined, driver.process());
      expect(await score('ada')).toBe(5);
      await driver.publish(2, [{ rule: 'hot', version: 2 }]);
      await driver.publish(1, [{ rule: 'hot', version: 1 }]);
      await driver.engagement({ contact: 'ada', nonce: '4' });
      await driver.engagement({ contact: 'ada', nonce: '5', type: 'opened' });
      await driver.publish(3, [{ rule: 'hot', version: null }]);
      await driver.engagement({ contact: 'ada', nonce: '6', type: 'opened' });
      await driver.run();
      expect(await score('ada')).toBe(6);
      const { activations } = await driver.dump();
      expect(activations.map(({ version, number, position }) => ({ version, number, position }))).toEqual([
        { version: 1, number: 1, position: 1 },
        { version: 2, number: 2, position: 4 },
        { version: null, number: 3, position: 8 },
      ]);
    });

    it('stop before a publication that does not compile here', async () => {
      await driver.world.addVersions(driver.workspaceId, [rule('hot', 1, 'of a later engine')]);
      await driver.publish(1, [{ rule: 'hot', version: 1 }]);
      await expect(driver.handlers.onBatch(await driver.batch())).rejects.toThrow(StopPartitionError);
      expect((await driver.dump()).activations).toHaveLength(0);
    });

    it('hand the inputs of an alias on to its owner, uncounted, under ids of their own', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1', reason: LINK });
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.run();
      const { events, seen, books, forwards } = await driver.dump();
      expect(events.map((event) => event.type)).toEqual(['engagement_recorded', 'attribute_set', 'linked']);
      expect(seen).toHaveLength(1);
      expect(books[0]).toMatchObject({ applied: 1, duplicate: 0, parked: 0 });
      expect(forwards).toHaveLength(1);
      const [forward] = forwards as readonly [(typeof forwards)[number]];
      expect(forward).toMatchObject({
        key: LINKED_TO,
        id: deriveId('forward', idOf('2'), LINKED_TO),
        type: 'engagement',
      });
      const key = await driver.world.workspaces.daily(driver.workspaceId, forward.at, 'engagements');
      expect(openInput({ ...forward, partition: 0, position: 0 }, key)).toMatchObject({
        pii: { providerEventId: '2' },
      });
    });

    it('park what comes for a contact whose history does not open, and let others flow', async () => {
      await driver.world.addVersions(driver.workspaceId, [rule('hot', 1, 'clicked')]);
      await driver.engagement({ contact: 'ada', nonce: '1' });
      await driver.run();
      await driver.world.spoil(await driver.contactId('ada'));
      await driver.publish(1, [{ rule: 'hot', version: 1 }]);
      await driver.engagement({ contact: 'ada', nonce: '2' });
      await driver.engagement({ contact: 'bob', nonce: '3' });
      await driver.run();
      const { parked } = await driver.world.tables();
      expect([...parked.values()].map((row) => row.reason)).toEqual(['poison']);
      expect((await driver.world.tables()).states.size).toBe(2);
    });

    it('hold a workspace of which many cannot be decided: its inputs are parked as they come, others flow; released, all is decided', async () => {
      const other = driver.world.workspaceIds[1];
      for (let n = 0; n < HOLD_AFTER - 1; n += 1)
        await driver.engagement({ contact: `bad ${n}`, nonce: `bad ${n}`, reason: POISON });
      await driver.engagement({ contact: 'ada', nonce: 'before' });
      await driver.run();
      expect((await driver.world.tables()).held.size).toBe(0);
      await driver.engagement({ contact: 'bad', nonce: 'last', reason: POISON });
      await driver.run();
      expect([...(await driver.world.tables()).held]).toEqual([driver.workspaceId]);

      driver.tally.poisonous = false;
      await driver.engagement({ contact: 'ada', nonce: 'while' });
      await driver.engagement({ contact: 'ada', nonce: 'still' });
      await driver.engagement({ contact: 'eve', nonce: 'other', workspaceId: other });
      await driver.run();
      const ada = await driver.contactId('ada');
      const parkedOf = async (contact: string) =>
        [...(await driver.world.tables()).parked.values()].filter((row) => row.contactId === contact);
      expect((await parkedOf(ada)).map(({ reason, state }) => `${reason} ${state}`)).toEqual([
        'behind parked',
        'behind parked',
      ]);
      const once = await scoreOf('eve', other);
      expect(await score('ada')).toBe(once);

      await driver.world.release(driver.workspaceId);
      await driver.engagement({ contact: 'new', nonce: 'after' });
      await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'unpark');
      await driver.run();
      expect((await parkedOf(ada)).map(({ state }) => state)).toEqual(['replayed', 'replayed']);
      expect(await score('ada')).toBe(3 * once);
      expect(await score('new')).toBe(once);
      const [books] = [...(await driver.world.tables()).books.values()].filter(
        ({ workspaceId }) => workspaceId === driver.workspaceId,
      );
      expect(books).toMatchObject({ parked: HOLD_AFTER });
    });

    describe('what came with a one-time token that ingest could not judge', () => {
      const claim = (token: string, body: string) => ({ token: idOf(token), body: idOf(body) });
      const endings = async () => {
        const { books, quarantine } = await driver.world.tables();
        const [sums] = [...books.values()];
        return {
          ...{
            applied: sums?.applied,
            duplicate: sums?.duplicate,
            parked: sums?.parked,
            quarantined: sums?.quarantined,
          },
          refused: [...quarantine.values()].map(({ reason, deliveryId }) => ({ reason, deliveryId })),
        };
      };
      const refusedOf = (...nonces: readonly string[]) =>
        nonces.map((nonce) => ({ reason: 'replayed', deliveryId: idOf(`delivery ${nonce}`) }));

      it.each([1, 3])(
        'is good for one body, in batches of %s; what came second is set aside and booked so',
        async (size) => {
          await driver.engagement({ contact: 'ada', nonce: '1', replay: claim('t', 'one') });
          await driver.engagement({ contact: 'ada', nonce: '1', replay: claim('t', 'one') }, 'again');
          await driver.engagement({ contact: 'bob', nonce: '2', replay: claim('t', 'two') });
          await driver.engagement({ contact: 'cid', nonce: '3', replay: claim('u', 'two') });
          await driver.run(() => size);
          expect(await endings()).toEqual({
            applied: 2,
            duplicate: 1,
            parked: 0,
            quarantined: 1,
            refused: refusedOf('2'),
          });
          expect(await score('bob')).toBeUndefined();
          const [row] = [...(await driver.world.tables()).quarantine.values()];
          const key = await driver.world.workspaces.daily(driver.workspaceId, T0, 'deliveries');
          const { about, bytes } = unpackRaw<QuarantineDetail>(
            key.openBytes(row?.sealed ?? Buffer.alloc(0), row?.id ?? ''),
          );
          expect(about.detail).toContain('token');
          expect(JSON.parse(bytes.toString())).toMatchObject({ type: 'clicked', recipient: 'bob.private@example.org' });
        },
      );

      it('is judged by what ingest remembered, and remembered for it', async () => {
        await driver.engagement({ contact: 'ada', nonce: '1', replay: claim('t', 'one') });
        const remembered = { workspaceId: driver.workspaceId, ...claim('t', 'of another') };
        const batch = await driver.batch();
        await driver.world.store.transaction({ ...batch.fence }, batch.first, batch.first, async (unit) => {
          expect(await unit.claim([{ ...remembered, at: T0 }])).toEqual([remembered]);
        });
        await driver.run();
        expect(await endings()).toMatchObject({ quarantined: 1, refused: refusedOf('1') });
      });

      it('is judged when it is unparked, if it was parked', async () => {
        await driver.engagement({ contact: 'ada', nonce: '1', reason: POISON });
        await driver.engagement({ contact: 'ada', nonce: '2', replay: claim('t', 'two') });
        await driver.engagement({ contact: 'ada', nonce: '3', replay: claim('t', 'three') });
        await driver.run();
        expect(await endings()).toMatchObject({ parked: 3, quarantined: 0, refused: [] });
        driver.tally.poisonous = false;
        await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'unpark');
        await driver.run();
        expect(await endings()).toEqual({
          applied: 2,
          duplicate: 0,
          parked: 0,
          quarantined: 1,
          refused: refusedOf('3'),
        });
      });
    });

    it('leave nothing of a batch whose write fails', async () => {
      await driver.engagement({ contact: 'ada', nonce: '1' });
      const { store } = driver.world;
      const batch = await driver.batch();
      const failing = store.transaction(batch.fence, batch.first, batch.next, async (unit) => {
        await unit.write({
          ...{
            lane: 1,
            keys: [],
            events: [],
            states: [],
            books: [],
            parked: [],
            unparked: [],
            quarantined: [],
            activations: [],
            forwards: [],
            timers: [],
          },
          seen: [{ workspaceId: driver.workspaceId, key: idOf('k'), month: '2026-11-01' }],
        });
        throw new WorldError('away');
      });
      await expect(failing).rejects.toThrow(WorldError);
      expect((await driver.dump()).seen).toEqual([]);
      await driver.run();
      expect((await driver.dump()).states).toHaveLength(1);
    });
  });
}
