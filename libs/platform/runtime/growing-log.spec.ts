import { deriveId } from '#contracts/ids.js';
import type { LogRecord } from '#contracts/record.js';
import { growing } from './growing-log.js';
import type { EngineLog } from './log-port.js';

const TOPIC = 'contact-events.g1';

/** Without it each decided event would wait for the next look at the heads before it is projected. */
it('hands decided events to the log before it wakes their readers', () => {
  const told: unknown[] = [];
  const log = {
    committed: (records: readonly LogRecord[]) => told.push(records),
    wake: (topic: string, partitions: readonly number[]) => told.push([topic, partitions]),
  } as unknown as EngineLog;
  const record = { topic: TOPIC, partition: 3, position: 7, id: deriveId('event') } as unknown as LogRecord;
  const grown = growing(log);
  grown.committed([record]);
  grown.wake(TOPIC, [3]);
  expect(told).toEqual([[record], [TOPIC, [3]]]);
});
