import { jest } from '@jest/globals';
import { logConformance } from '#engine/log/conformance/conformance.js';
import { testKafka } from '#testing/kafka/test-broker.js';
import { testDatabase } from '#testing/postgres.js';
import { kafkaHarness } from './harness.js';

jest.setTimeout(60_000);

const kafka = await testKafka();

if (kafka === null) it.skip('passes the conformance suite of the log', () => undefined);
else {
  const { brokers, own } = kafka;
  logConformance('Kafka', async () =>
    kafkaHarness({ brokers }, await testDatabase(), { sessionMs: own ? 1_500 : 6_000 }),
  );
}
