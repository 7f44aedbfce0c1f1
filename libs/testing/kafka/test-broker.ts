/** The broker that the Kafka lane runs on: one that is given, else one of our own for the whole run. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaMissing } from './artifacts.js';
import { startKafka } from './cluster.js';

export interface TestKafka {
  readonly brokers: readonly string[];
  /** Started by us, so that others can be started too. */
  readonly own: boolean;
}

const WAIT_MS = 120_000;

/**
 * Brokers for a suite; null when there are none, said in one line a run. With `AFTERCLICK_REQUIRE_KAFKA=1` that is an error.
 * Call it at the top of a spec: `const kafka = await testKafka(); (kafka ? describe : describe.skip)(…)`.
 */
export async function testKafka(): Promise<TestKafka | null> {
  const given = (process.env['AFTERCLICK_KAFKA_BROKERS'] ?? '').split(',').filter((one) => one.trim() !== '');
  if (given.length > 0) return { brokers: given.map((one) => one.trim()), own: false };
  if (await refused()) return null;
  const known = join(folder(), 'kafka.json');
  if (first('kafka-starting')) await start(known);
  const end = Date.now() + WAIT_MS;
  while (!existsSync(known)) {
    if (Date.now() > end) throw new Error('The test broker did not start within two minutes.');
    await sleep(50);
  }
  const { brokers } = JSON.parse(readFileSync(known, 'utf8')) as { brokers: string[] };
  return { brokers, own: true };
}

/** Whether clusters of our own can be started: for suites that need one of their own shape. Says why not, once a run. */
export async function canStartKafka(): Promise<boolean> {
  return !(await refused());
}

async function refused(): Promise<boolean> {
  const missing = await kafkaMissing();
  if (missing === null) return false;
  const line = `Kafka lane skipped: ${missing}. Set AFTERCLICK_KAFKA_BROKERS, or install Java 17 and Maven.`;
  if (process.env['AFTERCLICK_REQUIRE_KAFKA'] === '1') throw new Error(line);
  if (first('kafka-skipped')) process.stderr.write(`${line}\n`);
  return true;
}

async function start(known: string): Promise<void> {
  const { brokers, nodes, folder: data } = await startKafka();
  const pids = nodes.map((node) => node.pid());
  // The broker outlives this suite: the run's teardown stops it by its pid.
  for (const node of nodes) node.unref();
  writeFileSync(`${known}.draft`, JSON.stringify({ brokers, pids, data }));
  renameSync(`${known}.draft`, known);
}

function folder(): string {
  const found = process.env['AFTERCLICK_TEST_FOLDER'];
  if (found === undefined)
    throw new Error('No test folder: run the specs through jest.config.mjs, whose setup makes one.');
  return found;
}

function first(marker: string): boolean {
  try {
    mkdirSync(join(folder(), marker));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
