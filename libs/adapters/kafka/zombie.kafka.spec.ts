import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jest } from '@jest/globals';
import { deriveId } from '#contracts/ids.js';
import type { LogHarness } from '#engine/log/conformance/harness.js';
import type { ConsumerSettings } from '#testing/kafka/consumer-process.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { kafkaHarness } from './harness.js';

jest.setTimeout(90_000);
const kafka = await testKafka();
const suite = kafka === null ? describe.skip : describe;
const PROGRAM = join(import.meta.dirname, '../../../dist/libs/testing/kafka/consumer-process.js');

suite('a process that stands still', () => {
  const brokers = kafka?.brokers ?? [];
  const sessionMs = kafka?.own ? 1_500 : 6_000;
  let database: TestDatabase;
  let harness: LogHarness;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: run \`npm run build\` first`);
    database = await testDatabase();
    harness = await kafkaHarness({ brokers }, database, { sessionMs });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await harness.close();
  });

  function start(topic: string, hold: boolean): { child: ChildProcess; lines: string[] } {
    const databaseUrl = database.url;
    const settings: ConsumerSettings = { brokers, databaseUrl, group: 'g', topic, sessionMs, leaseMs: 2_000, hold };
    const child = spawn(process.execPath, [PROGRAM], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, CONSUMER: JSON.stringify(settings) },
    });
    children.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
    return { child, lines };
  }

  it('is fenced when it wakes: another has taken over, and each record is applied once', async () => {
    const topic = await harness.createTopic(2);
    const writer = await harness.open();
    const records = (partition: number, from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({
        ...{ topic, key: null, partition, workspaceId: deriveId('w'), id: deriveId(topic, partition, from + n) },
        ...{ type: 'test', v: 1, at: 0, data: {}, sealed: null },
      }));
    const applied = async (partition: number): Promise<number[]> => {
      const marks = (await harness.effects()).filter((mark) => mark.startsWith(`${partition}/`));
      return marks.map((mark) => Number(mark.slice(2)));
    };
    const upTo = (count: number) => [...Array(count).keys()];

    await writer.log.append([...records(0, 0, 25), ...records(1, 0, 25)]);
    const zombie = start(topic, true);
    await until(() => zombie.lines.includes('inside'), 30_000);
    zombie.child.kill('SIGSTOP');
    const heir = start(topic, false);
    await until(async () => (await applied(0)).length === 25 && (await applied(1)).length === 25, 40_000);
    zombie.child.kill('SIGCONT');
    zombie.child.stdin?.write('go\n');
    await until(() => zombie.lines.includes('FencedError'), 20_000);
    await writer.log.append([...records(0, 25, 40), ...records(1, 25, 40)], { timeoutMs: 10_000 });
    await until(async () => (await applied(0)).length >= 40 && (await applied(1)).length >= 40, 30_000);
    expect([await applied(0), await applied(1)]).toEqual([upTo(40), upTo(40)]);
    expect(heir.lines.filter((line) => line !== 'applied')).toEqual([]);
    await writer.close();
  });
});
