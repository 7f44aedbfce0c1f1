/** What holds of contacts that link, whichever store keeps them: what one sends another goes by the outbox and comes back on the log. */
import * as fc from 'fast-check';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import type { ContactState } from '#domain/contact/state.js';
import type { RuleSource } from '#domain/rules/compile.js';
import { WorldError } from '#engine/log/errors.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { inputOf, KEYS, type KeyName, type LinkStep, linkScript, type Scripted } from '../generators/links.js';
import { contactOf, NOON } from '../inputs.js';
import type { DecisionWorld } from './driver.js';
import { ENGAGEMENTS } from './engagements.js';
import { addNew, type ContactDriver, contactDriver, type Misfortune, misfortunes, suffer } from './histories.js';

const TIMEOUT_MS = 400_000;
const PARTITIONS = 3;

const telling = fc.record({
  script: linkScript,
  fates: misfortunes,
  turns: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 }),
});

/** `world` answers an empty one; with the keys of one before, where that is given. */
export function linkProperties(
  name: string,
  runs: number,
  world: (before?: DecisionWorld) => Promise<DecisionWorld>,
): void {
  describe(`contacts that link, kept ${name}`, () => {
    it(
      'are the same in whatever batches, after redelivery and replayed; each engagement is on one of them, once',
      () =>
        fc.assert(
          fc.asyncProperty(telling, async ({ script, fates, turns }) => {
            const driver = contactDriver(await world(), PARTITIONS);
            await new Telling(driver, fates, turns).tell(script);
            const told = await driver.dump();
            expectEachOnce(driver, told, script);
            await expectReplayed(driver, told);

            const calm = contactDriver(await world(driver.world), PARTITIONS);
            await addNew(calm, sourcesOf(script));
            for (const record of driver.appended) {
              calm.append(record);
              await calm.run(() => 1);
            }
            expect(comparable(await calm.dump())).toEqual(comparable(told));

            for (const record of driver.appended) calm.append({ ...record, ...calm.end(record.partition) });
            await new Relaying(calm).settle();
            expect({ ...comparable(await calm.dump()), ...UNEQUAL }).toEqual({ ...comparable(told), ...UNEQUAL });
          }),
          { numRuns: runs },
        ),
      TIMEOUT_MS,
    );

    it('wait with what an alias brought until its own record is there: after a restore partitions are read again apart', async () => {
      const driver = contactDriver(await world(), PARTITIONS);
      const [of, to] = inOtherPartitions(driver);
      const clicked = { kind: 'engagement', type: 'clicked', age: 0, met: null } as const;
      const rules = [{ rule: 'hot', version: 1, yaml: HOT, templates: {} }];
      await new Telling(driver, [], [0]).tell([
        { publish: rules },
        { step: { ...clicked, of }, after: 0 },
        { step: { ...clicked, of: to }, after: 0 },
        { step: { kind: 'link', of, to, command: false }, after: 0 },
      ]);
      await new Telling(driver, [], [0], 100).tell([{ step: { ...clicked, of: to }, after: 0 }]);
      const told = await driver.dump();
      const [behind, ahead] = [of, to].map((name) => partitionOf(keyOf(driver, name), PARTITIONS)) as [number, number];

      const again = contactDriver(await world(driver.world), PARTITIONS);
      await addNew(again, rules);
      for (const record of driver.appended) if (record.partition === ahead) again.append(record);
      await expect(again.run()).rejects.toThrow(WorldError);
      for (const record of driver.appended) if (record.partition === behind) again.append(record);
      await again.take(ahead);
      for (const partition of [behind, ahead]) await again.runPartition(partition);
      const stateOf = ({ states }: Dump) => states.find(({ contactId }) => contactId === keyOf(driver, to))?.state;
      expect(stateOf(await again.dump())).toBe(stateOf(told));
      expect(JSON.parse(stateOf(told) ?? '{}')).toMatchObject({ engagements: 3, tags: ['hot'] });
    });
  });
}

const HOT = 'rule: hot\non: clicked\nif: count("clicked", "1d") >= 3\nthen:\n  - add_tag: hot\n';

function inOtherPartitions(driver: ContactDriver): readonly [KeyName, KeyName] {
  const of = KEYS[0];
  const place = (name: KeyName): number => partitionOf(keyOf(driver, name), PARTITIONS);
  const to = KEYS.find((name) => place(name) !== place(of));
  if (to === undefined) throw new Error('all keys are of one partition');
  return [of, to];
}

type Dump = Awaited<ReturnType<ContactDriver['dump']>>;

/** What a redelivery adds to: repeats in the books, and what is handed on again under its old id. */
const UNEQUAL = { books: null, forwards: null };

/** Sealed bytes differ each time, and the order of lanes is nobody's. */
function comparable(dump: Dump) {
  const forwards = dump.forwards.map(({ id, key, type, at, data }) => ({ id, key, type, at, data }));
  return { ...dump, forwards: forwards.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Carries what contacts send each other to the log. */
class Relaying {
  readonly #relayed = new Set<Uuid>();

  constructor(protected readonly driver: ContactDriver) {}

  /** At most `most`, in the order of their lanes; `twice`: as after a crash. False when there is nothing. */
  async relay(most: number, twice = false): Promise<boolean> {
    const { forwards } = await this.driver.world.tables();
    const waiting = forwards.filter(({ id }) => !this.#relayed.has(id)).slice(0, most);
    for (const record of waiting) {
      this.#relayed.add(record.id);
      append(this.driver, record);
      if (twice) append(this.driver, record);
    }
    return waiting.length > 0;
  }

  async settle(): Promise<void> {
    do await this.driver.run(() => 50);
    while (await this.relay(Number.MAX_SAFE_INTEGER));
  }
}

/** Lays a script on the log; now and then some of it is decided, with misfortunes, and some of what was sent arrives. */
class Telling extends Relaying {
  readonly #placed: Appendable[] = [];
  #number = 0;
  #turn = 0;
  #published = new Map<string, RuleSource | null>();
  #at = NOON;

  constructor(
    driver: ContactDriver,
    private readonly fates: readonly Misfortune[],
    private readonly turns: readonly number[],
    /** Number of the first step. */
    private readonly first = 0,
  ) {
    super(driver);
  }

  async tell(script: readonly Scripted[]): Promise<void> {
    for (const [nth, one] of script.entries()) {
      if ('publish' in one) await this.#publish(one.publish);
      else {
        this.#at += one.after;
        await this.#step(one.step, this.first + nth);
      }
      const turn = this.turns[this.#turn++ % this.turns.length] as number;
      if (turn < 4) continue;
      await suffer(this.driver, [...this.fates.slice(turn % this.fates.length), ...this.fates]);
      await this.relay(turn - 3, turn === 9);
    }
    await this.settle();
  }

  async #step(step: LinkStep, nth: number): Promise<void> {
    const { workspaceId, world } = this.driver;
    const input = inputOf(step, nth, this.#at, (name) => keyOf(this.driver, name));
    if (input === null) {
      const again = this.#placed[(step as { readonly nth: number }).nth % Math.max(1, this.#placed.length)];
      if (again) append(this.driver, again);
      return;
    }
    const address = { topic: ENGAGEMENTS, key: input.key, workspaceId, id: input.id, at: this.#at };
    const record = sealInput(input.input, address, await world.workspaces.daily(workspaceId, this.#at, 'engagements'));
    this.#placed.push(record);
    append(this.driver, record);
  }

  async #publish(sources: readonly RuleSource[]): Promise<void> {
    for (const rule of this.#published.keys()) this.#published.set(rule, null);
    for (const source of sources) this.#published.set(source.rule, source);
    await addNew(this.driver, sources);
    this.#number += 1;
    const rules = [...this.#published].map(([rule, source]) => ({ rule, version: source?.version ?? null }));
    await this.driver.publish(this.#number, rules);
  }
}

function keyOf({ workspaceId }: ContactDriver, name: string): Uuid {
  return deriveId('of', workspaceId, contactOf(name));
}

function append(driver: ContactDriver, record: Appendable): void {
  const partition = partitionOf(record.key as Uuid, driver.log.length);
  driver.append({ ...record, ...driver.end(partition) } as LogRecord);
}

function sourcesOf(script: readonly Scripted[]): readonly RuleSource[] {
  const sources = script.flatMap((one) => ('publish' in one ? one.publish : []));
  return [...new Map(sources.map((source) => [`${source.rule}@${source.version}`, source])).values()];
}

function expectEachOnce(driver: ContactDriver, { events, states, books }: Dump, script: readonly Scripted[]): void {
  const engagements = script.filter((one) => 'step' in one && one.step.kind === 'engagement').length;
  const recorded = events.flatMap((event) => (event.type === 'engagement_recorded' ? [event.data.keys[0]] : []));
  expect(recorded).toHaveLength(engagements);
  expect(new Set(recorded).size).toBe(engagements);
  expect(books.reduce((sum, row) => sum + row.applied, 0)).toBe(engagements);
  const byId = new Map(states.map(({ contactId, state }) => [contactId, JSON.parse(state) as ContactState]));
  const ownerOf = (id: Uuid, met: readonly Uuid[] = []): Uuid => {
    if (met.includes(id)) throw new Error(`a cycle of aliases: ${met.join(', ')}`);
    const owner = byId.get(id)?.linkedTo ?? null;
    return owner === null ? id : ownerOf(owner, [...met, id]);
  };
  const owners = new Set(KEYS.map((name) => ownerOf(keyOf(driver, name))));
  const counted = [...owners].map((owner) => byId.get(owner)?.engagements ?? 0);
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(engagements);
}

async function expectReplayed(driver: ContactDriver, told: Dump): Promise<void> {
  expect((await driver.replay()).differing).toEqual([]);
  await driver.world.forgetStates();
  await driver.replay({ rebuild: true });
  expect((await driver.dump()).states).toEqual(told.states);
}
