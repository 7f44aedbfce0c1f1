/** What holds of every history, whichever store keeps it. */
import * as fc from 'fast-check';
import { type Happening, history } from '../generators/histories.js';
import type { DecisionWorld } from './driver.js';
import { type ContactDriver, contactDriver, lay, misfortunes, suffer } from './histories.js';

const TIMEOUT_MS = 240_000;

/** `world` answers an empty one. */
export function decisionProperties(name: string, runs: number, world: () => Promise<DecisionWorld>): void {
  const holds = <T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => Promise<void>) =>
    fc.assert(fc.asyncProperty(arbitrary, predicate), { numRuns: runs });
  const told = async (happenings: readonly Happening[], partitions = 1): Promise<ContactDriver> => {
    const driver = contactDriver(await world(), partitions);
    await lay(driver, happenings);
    return driver;
  };

  describe(`decisions kept ${name}`, () => {
    it(
      'deciding twice writes once',
      () =>
        holds(history, async (happenings) => {
          const driver = await told(happenings);
          await driver.run();
          const once = await driver.dump();
          const positions = driver.log[0]?.length ?? 0;
          for (const record of driver.log[0]?.slice() ?? []) driver.append({ ...record, ...driver.end(0) });
          await driver.run();
          const twice = await driver.dump();
          expect(driver.log[0]).toHaveLength(2 * positions);
          expect({ ...twice, books: null }).toEqual({ ...once, books: null });
          const applied = (dump: typeof once) =>
            dump.books.map((row) => [row.sourceId, row.hour, row.applied, row.tooLate]);
          expect(applied(twice)).toEqual(applied(once));
        }),
      TIMEOUT_MS,
    );

    it(
      'batch boundaries, redelivery, fences and restarts change nothing',
      () =>
        holds(fc.tuple(history, misfortunes), async ([happenings, fates]) => {
          const calm = await told(happenings);
          await calm.run(() => 1);
          const expected = await calm.dump();
          const stormy = await told(happenings);
          await suffer(stormy, fates);
          expect(await stormy.dump()).toEqual(expected);
        }),
      TIMEOUT_MS,
    );

    it(
      'partitioning changes nothing but places',
      () =>
        holds(history, async (happenings) => {
          const one = await told(happenings);
          await one.run();
          const expected = await placeless(one);
          const four = await told(happenings, 4);
          await four.run(() => 7);
          expect(await placeless(four)).toEqual(expected);
        }),
      TIMEOUT_MS,
    );

    it(
      'replay equals live to the byte',
      () =>
        holds(fc.tuple(history, misfortunes), async ([happenings, fates]) => {
          const driver = await told(happenings, 2);
          await suffer(driver, fates);
          const live = await driver.dump();
          expect((await driver.replay()).differing).toEqual([]);
          await driver.world.forgetStates();
          const report = await driver.replay({ rebuild: true });
          expect(report.contacts).toBe(live.states.length);
          expect((await driver.dump()).states).toEqual(live.states);
        }),
      TIMEOUT_MS,
    );
  });
}

async function placeless(driver: ContactDriver) {
  const { states, events, seen } = await driver.dump();
  const bare = events.map(({ lane, position, inputPartition, inputPosition, ...event }) => event);
  return {
    states,
    seen,
    events: bare.sort((a, b) =>
      a.contactId === b.contactId ? a.version - b.version : a.contactId < b.contactId ? -1 : 1,
    ),
  };
}
