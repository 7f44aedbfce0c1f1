import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import { Appender } from './appender.js';

const workspaceId = deriveId('workspace');
const record = (n: number): Appendable => {
  const id = deriveId('record', n);
  return { topic: 'topic.g1', key: id, workspaceId, id, type: 'test', v: 1, at: 0, data: { n }, sealed: null };
};

describe('an appender whose database hangs', () => {
  it('keeps nothing of the requests that gave up, and serves those that still wait in their order', async () => {
    const inserted: (readonly Appendable[])[] = [];
    const hung = Promise.withResolvers<void>();
    const appender = new Appender(async (records) => {
      inserted.push(records);
      if (inserted.length === 1) await hung.promise;
      return records.map((_, position) => ({ partition: 0, position }));
    });
    const first = appender.append([record(0)], 60_000);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const patient = appender.append([record(1), record(2)], 60_000);
    const hasty = Array.from({ length: 50 }, (_, n) => appender.append([record(10 + n)], 1));
    const last = appender.append([record(3)], 60_000);
    expect(appender.waiting).toBe(52);

    for (const outcome of await Promise.allSettled(hasty))
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(LogUnavailableError) });
    expect(appender.waiting).toBe(2);

    hung.resolve();
    expect(await first).toEqual([{ partition: 0, position: 0 }]);
    expect(await patient).toHaveLength(2);
    expect(await last).toEqual([{ partition: 0, position: 2 }]);
    expect(inserted.map((records) => records.map(({ data }) => data['n']))).toEqual([[0], [1, 2, 3]]);
  });
});
