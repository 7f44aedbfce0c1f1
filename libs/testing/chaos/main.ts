/** The fault run: faults at random moments under load, then the checker. Exit code 0 when nothing was lost, applied twice, stuck or misordered. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installed } from '#platform/runtime/installation.js';
import { Fleet } from '../senders/fleet.js';
import { type Fault, isNotReached } from './fault.js';
import { faultsOf } from './faults.js';
import { type RunOptions, readOptions } from './options.js';
import { reportOf } from './report.js';
import { Trial } from './trial.js';

const CONTACTS = { lanes: 8, contactsPerLane: 40 };
/** Quiet time between two faults. */
const QUIET_MS = { least: 300, most: 2_500 };

const say = (line: string): void => console.error(`[fault run] ${line}`);

async function run(options: RunOptions): Promise<number> {
  const { log, shapeName, seconds, seed, rate } = options;
  say(`--log ${log} --shape ${shapeName} --seconds ${seconds} --seed ${seed}`);
  const trial = await Trial.open({
    ...options,
    senders: ({ journal, random, ...to }) => new Fleet({ ...to, ...CONTACTS, rate }, journal, random).start(),
  });
  // What is halted would stay so, and the database alive.
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => void trial.close({ keep: true }).finally(() => process.exit(130)));
  let passed = false;
  try {
    const faults = await strike(trial, options);
    say('no more faults: everything must come to its end');
    const report = reportOf(await trial.conclude(), faults, trial.shape);
    console.log(report.text);
    passed = report.passed;
  } finally {
    const ended = await trial.close({ keep: !passed });
    for (const fault of ended) say(fault);
    passed &&= ended.length === 0;
    if (!passed) say(`journal and logs are in ${trial.folder}`);
  }
  return passed ? 0 : 1;
}

/** One fault after the other, each kind once before any a second time, the needed ones first; poison is one of them. Answers what was done. */
async function strike(trial: Trial<Fleet>, { seconds, only }: RunOptions): Promise<readonly string[]> {
  const { random } = trial;
  const end = performance.now() + seconds * 1000;
  const struck: string[] = [];
  let deck: Fault[] = [];
  const others: readonly Fault[] = [
    { name: 'poison on the log', strike: () => trial.poison() },
    { name: 'rebuild meanwhile', strike: () => trial.rebuild() },
  ];
  while (performance.now() < end) {
    if (deck.length === 0) {
      const wanted = ({ name, needed }: Fault) => needed || only.length === 0 || only.some((one) => name.includes(one));
      const all = random.shuffled([...others, ...faultsOf(trial.shape, random)].filter(wanted));
      deck = [...all.filter(({ needed }) => needed), ...all.filter(({ needed }) => !needed)];
    }
    await sleep(random.between(QUIET_MS.least, QUIET_MS.most));
    const fault = deck.shift() as Fault;
    say(fault.name);
    try {
      await fault.strike();
      struck.push(fault.name);
    } catch (error) {
      if (!isNotReached(error)) throw error;
      say(`${fault.name}: nobody came there in time`);
    }
    await trial.shape.database.answers();
    await revive(trial);
    await trial.more(20);
  }
  return struck;
}

/** A process that ended by itself counts against the run; it is started again as a supervisor would. */
async function revive({ shape }: Trial<Fleet>): Promise<void> {
  for (const instance of shape.instances) {
    if (instance.running) continue;
    say(`${instance.name} ended by itself: ${instance.crashes.at(-1) ?? ''}`);
    await instance.start();
  }
}

try {
  process.exitCode = await run(
    readOptions(process.argv.slice(2), { program: join(installed('bin'), 'afterclick.mjs') }),
  );
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
// What hangs must not hold the process: everything that counts is done.
process.exit();
