/** Whenever the database goes away in the middle of a start, the start waits for it: no service ends by that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';
import { type Service, startService } from '#platform/process/service.js';
import { BreakingProxy } from '#testing/breaking-proxy.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { apiService } from './api/api.service.js';
import { deliveryService } from './delivery/delivery.service.js';
import { ingestService } from './ingest/ingest.service.js';
import { projectionService } from './projection/projection.service.js';
import { rulesService } from './rules/rules.service.js';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let proxy: BreakingProxy;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  proxy = await BreakingProxy.to(database.url);
  folder = mkdtempSync(join(tmpdir(), 'afterclick-start-'));
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const configuration = (): Configuration =>
  readConfiguration({
    DATABASE_URL: proxy.url,
    AFTERCLICK_MASTER_KEY: '7'.repeat(64),
    AFTERCLICK_DATA: folder,
    AFTERCLICK_PARTITIONS: '1',
    PORT: '0',
  });

/** Starts it with the database broken at its nth message; false when it was up before. */
async function brokenAt(service: Service<Opened>, nth: number): Promise<boolean> {
  proxy.breakAt(nth, 1);
  const running = await startService(service, configuration(), logger, new AbortController().signal);
  const { broke } = proxy;
  await running.stop();
  return broke;
}

interface Opened {
  close(): Promise<void>;
}

/** `every`: how far apart the moments are; what all services open is tried most closely with the one that does most. */
it.each<{ readonly every: number; readonly service: Service<Opened> }>([
  { every: 7, service: rulesService as Service<Opened> },
  { every: 23, service: ingestService as Service<Opened> },
  { every: 23, service: projectionService as Service<Opened> },
  { every: 23, service: deliveryService as Service<Opened> },
  { every: 23, service: apiService as Service<Opened> },
])('$service.name waits, wherever its start is broken', async ({ every, service }) => {
  let moments = 0;
  while (await brokenAt(service, 1 + moments * every)) moments += 1;
  expect(moments).toBeGreaterThan(3);
});
