/** Several processes append for the same contacts while partition after partition is sealed, at any moment: order per contact holds. */
import fc from 'fast-check';
import type { Appendable } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import { LogUnavailableError, SealedError } from './errors.js';
import { GrowingAppender, type GrowingLog } from './growing.js';

const KEYS = ['00000000', '00000001', '00000002', '00000003', '00000004'].map(
  (head) => `${head}-0000-8000-8000-000000000000`,
);
const PARTITIONS = new Map([
  ['engagements.g1', 2],
  ['engagements.g2', 3],
]);

/** A log whose answers come when the scheduler says; what it decides, it decides in the order it is asked. */
class ScheduledLog implements GrowingLog {
  readonly places = new Map<string, string[]>();
  readonly sealed = new Set<string>();

  constructor(private readonly scheduler: fc.Scheduler) {}

  async topics() {
    await this.scheduler.schedule(Promise.resolve(), 'look');
    return PARTITIONS;
  }

  async append(records: readonly Appendable[]) {
    await this.scheduler.schedule(Promise.resolve(), 'request');
    // As on Kafka: of one request some partitions may take theirs and others refuse.
    const places = records.map(({ topic, key, id }) => {
      const partition = partitionOf(key ?? '', PARTITIONS.get(topic) ?? 1);
      const name = `${topic}/${partition}`;
      const records = this.places.get(name) ?? [];
      this.places.set(name, records);
      if (!this.sealed.has(name)) records.push(id);
      return { topic, partition, position: records.length - 1 };
    });
    await this.scheduler.schedule(Promise.resolve(), 'answer');
    const refused = places.filter(({ topic, partition }) => this.sealed.has(`${topic}/${partition}`));
    if (refused.length > 0) throw new SealedError(refused);
    return places.map(({ partition, position }) => ({ partition, position }));
  }

  seal(partition: number): void {
    this.sealed.add(`engagements.g1/${partition}`);
  }

  /** In the order in which they are consumed: the first generation, then the second; a repeat counts for nothing. */
  consumed(key: string): string[] {
    const all = [...PARTITIONS].flatMap(
      ([topic, partitions]) => this.places.get(`${topic}/${partitionOf(key, partitions)}`) ?? [],
    );
    return [...new Set(all)].filter((id) => id.startsWith(key));
  }
}

it('what a sender was told is durable comes in the order in which it sent it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.array(fc.nat({ max: KEYS.length - 1 }), { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 12,
      }),
      async (scheduler, calls) => {
        const log = new ScheduledLog(scheduler);
        const processes = [new GrowingAppender(log), new GrowingAppender(log), new GrowingAppender(log)];
        for (const partition of [0, 1])
          void scheduler.schedule(Promise.resolve(), 'seal').then(() => log.seal(partition));
        const acknowledged = new Map(KEYS.map((key) => [key, [] as string[]]));
        // A sender goes on once it has its answer, at whichever process.
        const sending = (async () => {
          for (const [n, contacts] of calls.entries()) {
            const records = contacts.map((contact, index) => {
              const key = KEYS[contact] as string;
              return { topic: 'engagements.g1', key, id: `${key} ${n}.${index}` } as Appendable;
            });
            const append = (at: number) =>
              (processes[at % processes.length] as GrowingAppender).append(records, { timeoutMs: 60_000 });
            await append(n).catch((error: unknown) => {
              if (!(error instanceof LogUnavailableError)) throw error;
              return append(n + 1);
            });
            for (const { key, id } of records) acknowledged.get(key as string)?.push(id);
          }
        })();
        await scheduler.waitFor(sending);
        for (const key of KEYS) expect(log.consumed(key)).toEqual(acknowledged.get(key));
      },
    ),
    { numRuns: 500 },
  );
});
