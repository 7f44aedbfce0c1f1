/** The standalone as a real process, struck where it hurts, under load; the checker says what became of it. */
import { join } from 'node:path';
import { installed } from '#platform/runtime/installation.js';
import { halted, killed } from '#testing/chaos/fault.js';
import { standaloneShape } from '#testing/chaos/standalone-shape.js';
import { Trial } from '#testing/chaos/trial.js';
import { Fleet } from '#testing/senders/fleet.js';

/** Among other suites on a busy machine; the fault run itself holds the engine to 60 s. */
const DRAIN_MS = 150_000;

let trial: Trial<Fleet> | undefined;

afterAll(async () => {
  await trial?.close();
});

it('loses nothing and does nothing twice when it or its Postgres is killed or halted', async () => {
  trial = await Trial.open({
    shape: standaloneShape,
    program: join(installed('bin'), 'afterclick.mjs'),
    seed: 7,
    senders: ({ journal, random, ...to }) =>
      new Fleet({ ...to, lanes: 4, contactsPerLane: 20, rate: 200 }, journal, random).start(),
  });
  const { instances, database } = trial.shape;
  const [standalone] = instances;
  if (!standalone) throw new Error('there is no standalone');
  await trial.more(100);
  await trial.poison();
  await killed(standalone, 0);
  await trial.more(100);
  await halted(standalone, 2_000);
  await trial.more(100);
  database.halt();
  await trial.unanswered();
  database.resume();
  await trial.more(100);
  await database.kill();
  await trial.more(100);
  await database.refuse();
  await trial.unanswered();
  await database.admit();
  await trial.more(100);
  const { findings, evidence } = await trial.conclude(DRAIN_MS);
  expect(findings).toEqual({ lost: [], duplicated: [], stuck: [], misordered: [] });
  expect(evidence.observed.books.duplicate).toBeGreaterThan(0);
}, 300_000);
