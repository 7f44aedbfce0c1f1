/**
 * The same with pg-boss, by its own interface: inserted, fetched and completed in batches as large. That is what its `work()` does with a
 * `batchSize`, without the wait between two looks; a batch is completed by one call.
 */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { FIRED_AT_ONCE } from '#engine/timers/firing.js';

const AT_ONCE = 1_000;
const QUEUE = 'timers';

export class Boss {
  private constructor(private readonly boss: PgBoss) {}

  static async open(url: string): Promise<Boss> {
    const boss = new PgBoss({ connectionString: url, schedule: false, supervise: false });
    await boss.start();
    await boss.createQueue(QUEUE);
    return new Boss(boss);
  }

  /** `dueAt`: milliseconds. Answers the seconds it took. */
  async insert(count: number, dueAt: (nth: number) => number): Promise<number> {
    const jobs = Array.from({ length: count }, (_, nth) => ({
      data: { contactId: randomUUID(), purpose: 'rule:sunset' },
      startAfter: new Date(dueAt(nth)),
    }));
    const began = performance.now();
    for (let from = 0; from < count; from += AT_ONCE) await this.boss.insert(QUEUE, jobs.slice(from, from + AT_ONCE));
    return (performance.now() - began) / 1000;
  }

  /** Takes and completes all that is due. Answers the seconds it took. */
  async fire(expected: number): Promise<number> {
    const began = performance.now();
    let fired = 0;
    for (;;) {
      const jobs = await this.boss.fetch(QUEUE, { batchSize: FIRED_AT_ONCE });
      if (jobs.length === 0) break;
      await this.boss.complete(
        QUEUE,
        jobs.map(({ id }) => id),
      );
      fired += jobs.length;
    }
    if (fired !== expected) throw new Error(`pg-boss fired ${fired} of ${expected} jobs that were due`);
    return (performance.now() - began) / 1000;
  }

  stop(): Promise<void> {
    return this.boss.stop({ graceful: false });
  }
}
