/** `timers`: armed and fired a second, by how many wait, and beside pg-boss (`--contacts N`: of how many the large table is). */
import { migrate } from '#adapters/postgres/migrations/migrate.js';
import { createPool } from '#adapters/postgres/pool.js';
import type { Options } from '../options.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { loadNow, machine } from '../world/machine.js';
import { openWorld } from '../world/world.js';
import { Boss } from './boss.js';
import { arm, bytesPerTimer, fill, fire } from './own.js';

const SMALL = 10_000;
const MIDDLE = 200_000;
const LARGE = 10_000_000;
const DUE = 2_000;
const RUNS = 5;
const RUNS_BESIDE = 9;
const DAY = 86_400_000;

type Pool = ReturnType<typeof createPool>;

/** Timers a second, of RUNS times 2,000 due among so many that are not. */
async function fired(pool: Pool, pending: number): Promise<readonly number[]> {
  const now = Date.now();
  await fill(pool, pending, now + DAY);
  const rates: number[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    progress(`${DUE} due of ${pending}, run ${run} of ${RUNS}`);
    await arm(pool, DUE, (nth) => now - nth);
    rates.push(DUE / (await fire(pool, now, DUE)));
  }
  return rates;
}

interface Beside {
  readonly insert: number;
  readonly own: readonly number[];
  readonly theirs: readonly number[];
}

/** The same work done in turn, so that what else the machine does meets both. */
async function beside(pool: Pool, url: string): Promise<Beside> {
  const boss = await Boss.open(url);
  try {
    const now = Date.now();
    await fill(pool, MIDDLE, now + DAY);
    progress(`pg-boss: ${MIDDLE} inserted`);
    const insert = MIDDLE / (await boss.insert(MIDDLE, (nth) => now + DAY + nth * 1_000));
    const [own, theirs]: [number[], number[]] = [[], []];
    for (let run = 1; run <= RUNS_BESIDE; run += 1) {
      progress(`${DUE} due of ${MIDDLE}, ours and pg-boss's, run ${run} of ${RUNS_BESIDE}`);
      await arm(pool, DUE, (nth) => now - nth);
      own.push(DUE / (await fire(pool, now, DUE)));
      await boss.insert(DUE, (nth) => now - 1_000 - nth);
      theirs.push(DUE / (await boss.fire(DUE)));
    }
    return { insert, own, theirs };
  } finally {
    await boss.stop();
  }
}

export async function timers({ contacts }: Options): Promise<Report> {
  const large = contacts ?? LARGE;
  const world = await openWorld();
  try {
    await migrate(world.url());
    const pool = createPool(world.url(), { role: 'bench' });
    try {
      const now = Date.now();
      progress(`${MIDDLE} armed`);
      const insert = MIDDLE / (await arm(pool, MIDDLE, (nth) => now + DAY + nth * 1_000));
      const bytes = await bytesPerTimer(pool);
      const small = await fired(pool, SMALL);
      const many = await fired(pool, large);
      const { insert: inserted, own, theirs } = await beside(pool, world.url());
      return {
        bench: 'timers',
        figures: {
          insert_per_s: insert,
          fire_per_s_10k: median(small),
          fire_per_s_10m: median(many),
          growth: median(many) / median(small),
          bytes_per_timer: bytes,
          times_pg_boss: median(own.map((rate, run) => rate / (theirs[run] as number))),
          insert_times_pg_boss: insert / inserted,
        },
        rows: [
          ['machine', machine()],
          ['', `${world.server}; ${loadNow()}`],
          ['armed/s', told(insert)],
          [`fired/s of ${told(SMALL)} pending`, toldRuns(small)],
          [`fired/s of ${told(MIDDLE)} pending`, toldRuns(own)],
          [`fired/s of ${told(large)} pending`, toldRuns(many)],
          ['bytes a timer, with indexes', told(bytes)],
          ['pg-boss inserted/s', told(inserted)],
          [`pg-boss taken and completed/s of ${told(MIDDLE)} pending`, toldRuns(theirs)],
        ],
      };
    } finally {
      await pool.end();
    }
  } finally {
    await world.close();
  }
}
