/** What the makers' own tools reach on this machine in the same run: a producer of Kafka's, and pgbench with the same statements. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { kafkaLibrary } from '#testing/kafka/artifacts.js';
import { bulkScript, type Shape } from '../pipeline/bulk-write.js';
import { told } from '../report/report.js';

const TOPIC = 'perf-test.g1';
const RECORD_BYTES = 900;
const SECONDS = 10;
const BATCH = 500;
const CLIENTS = 2;

const run = promisify(execFile);

/** One line: records a second of kafka-producer-perf-test with records of our size and acks=all, or why there is no figure. */
export async function producerPerf(brokers: readonly string[], records: number): Promise<string> {
  let library: string;
  try {
    library = await kafkaLibrary('tools');
  } catch (error) {
    return `not measured: ${(error as Error).message}`;
  }
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 16 }], waitForLeaders: true });
  await admin.disconnect();
  const { stdout } = await run('java', [
    ...['-cp', `${library}/*`, 'org.apache.kafka.tools.ProducerPerformance', '--topic', TOPIC],
    ...['--bootstrap-server', brokers.join(','), '--num-records', String(records), '--throughput', '-1'],
    ...['--record-size', String(RECORD_BYTES), '--command-property', 'acks=all'],
  ]);
  const rate = /([\d.]+) records\/sec[^\n]*99th/.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`kafka-producer-perf-test told no rate:\n${stdout}`);
  return `${told(Number(rate))} records/s of ${RECORD_BYTES} bytes, acks=all`;
}

/** One line: engagements a second of pgbench with statements that write the same rows, or why there is no figure. */
export async function pgbench(url: string, shape: Shape): Promise<string> {
  const program = pgbenchProgram();
  if (program === null) return 'not measured: pgbench is not here (it comes with the Postgres client programs)';
  const folder = await mkdtemp(join(tmpdir(), 'afterclick-pgbench-'));
  try {
    const script = join(folder, 'batch.sql');
    await writeFile(script, bulkScript(BATCH, shape));
    const { stdout } = await run(program, ['-n', '-f', script, '-T', String(SECONDS), '-c', String(CLIENTS), url]);
    const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
    if (rate === undefined) throw new Error(`pgbench told no rate:\n${stdout}`);
    return `${told(Number(rate) * BATCH)} engagements/s, ${BATCH} a transaction, ${CLIENTS} connections`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** On the path, or where Debian puts it. */
function pgbenchProgram(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.map((folder) => join(folder, 'pgbench')).find((file) => existsSync(file)) ?? null;
}
