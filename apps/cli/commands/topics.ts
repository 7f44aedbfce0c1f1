/** `afterclick topics`: how many partitions the inputs of all contacts have, and more of them while everything goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { GrowthStatus } from '#adapters/postgres/log/generations/growth-status.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { CommandFailure, UsageError } from '../failure.js';
import { type SharedOptions, wholeNumber, withDataOption, withExamples } from '../options.js';
import { printFacts, printJson, printLine, printProgress, type Streams, seldom } from '../output.js';

interface GrowOptions extends SharedOptions {
  readonly partitions: number;
}

const LOOK_MS = 500;
/** A wish that nobody takes up by then: no rules service runs. */
const TAKEN_UP_MS = 15_000;

export function addTopics(program: Command, streams: Streams): void {
  const topics = program.command('topics').description('Topics of the log: their partitions, and more of them.');
  const show = topics
    .command('show')
    .description('Show the partitions of engagements, and how far its growth has come.')
    .option('--json', 'print JSON')
    .action((options: SharedOptions) => showStatus(options, streams));
  withExamples(withDataOption(show), 'afterclick topics show');
  const grow = topics
    .command('grow')
    .description('Give a topic more partitions while everything goes on: order per contact holds.')
    .argument('<topic>', 'engagements')
    .requiredOption('--partitions <n>', 'how many it is to have', wholeNumber(2, 4096))
    .action((topic: string, options: GrowOptions) => growTopic(topic, options, streams));
  withExamples(withDataOption(grow), 'afterclick topics grow engagements --partitions 16');
}

async function showStatus(options: SharedOptions, streams: Streams): Promise<void> {
  const { withDatabase } = await import('../database.js');
  const { growthStatus } = await import('#adapters/postgres/log/generations/growth-status.js');
  const status = await withDatabase(options, streams, ({ pool }) => growthStatus(pool));
  if (options.json) return printJson(streams, status);
  const { open, growing } = status;
  if (open === null) return printLine(streams, 'There are no topics yet: Afterclick was never started here.');
  printFacts(streams, {
    engagements: `${open.partitions} partitions (generation ${open.generation})`,
    growing: growing && `to ${growing.partitions} partitions: ${told(growing)}`,
  });
}

async function growTopic(topic: string, options: GrowOptions, streams: Streams): Promise<void> {
  if (topic !== 'engagements') throw new UsageError(`Only engagements can grow, not "${topic}".`);
  const { withDatabase } = await import('../database.js');
  const { GrowthRefused, wishGrowth } = await import('#adapters/postgres/log/generations/growth.js');
  await withDatabase(options, streams, async ({ pool }) => {
    try {
      await wishGrowth(pool, options.partitions);
    } catch (error) {
      if (error instanceof GrowthRefused) throw new CommandFailure(`Not grown: ${error.message}.`);
      throw error;
    }
    const { generation, partitions } = await grown(pool, streams);
    printLine(streams, `engagements has ${partitions} partitions now (generation ${generation}).`);
  });
}

/** Resolves once the new generation is consumed. Whoever runs the rules goes on with it, whatever becomes of this command. */
async function grown(pool: Pool, streams: Streams): Promise<NonNullable<GrowthStatus['open']>> {
  const { growthStatus } = await import('#adapters/postgres/log/generations/growth-status.js');
  const say = seldom((text) => printProgress(streams, text));
  for (const began = performance.now(); ; await sleep(LOOK_MS)) {
    const { open, growing } = await growthStatus(pool);
    if (open !== null && growing === null) return open;
    if (growing === null) continue;
    say(told(growing));
    if (growing.state === 'wished' && performance.now() - began > TAKEN_UP_MS)
      throw new CommandFailure(
        'The wish is on record, and nobody has taken it up: it is carried out once the rules run and all publications are in force ' +
          '(afterclick health). See how far it is with: afterclick topics show',
      );
  }
}

function told({ state, left }: NonNullable<GrowthStatus['growing']>): string {
  if (state === 'wished') return 'waiting until all publications are in force';
  if (state === 'announced') return 'the new partitions are there; the old ones are being sealed';
  return left > 0
    ? `the old partitions are sealed; ${left} of their records are to be decided`
    : 'going over to the new partitions';
}
