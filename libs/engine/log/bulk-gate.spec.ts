import { BulkGate, LagWatch, type Standing } from './bulk-gate.js';

describe('the lag of a partition', () => {
  it('is nothing while all is decided, and at most what has passed since the look before', () => {
    const watch = new LagWatch();
    expect(watch.look({ next: 5, end: 5 }, 0)).toBe(0);
    expect(watch.look({ next: 5, end: 9 }, 100)).toBe(100);
    expect(watch.look({ next: 5, end: 12 }, 400)).toBe(400);
    expect(watch.look({ next: 9, end: 12 }, 500)).toBe(400);
    expect(watch.look({ next: 12, end: 12 }, 600)).toBe(0);
  });

  it('is unknown of what was there before the first look: it counts as old', () => {
    const watch = new LagWatch();
    expect(watch.look({ next: 0, end: 3 }, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(watch.look({ next: 2, end: 9 }, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(watch.look({ next: 3, end: 9 }, 20)).toBe(20);
  });

  it('is never told too short, however long it grows', () => {
    const watch = new LagWatch();
    watch.look({ next: 0, end: 0 }, 0);
    for (let n = 1; n <= 1_000; n += 1) expect(watch.look({ next: 0, end: n }, n * 10)).toBe(n * 10);
    expect(watch.look({ next: 999, end: 1_000 }, 10_000)).toBeGreaterThanOrEqual(10);
  });
});

describe('the gate', () => {
  let partitions: Standing[];
  let topic: string;
  let now: number;
  let looks: number;
  const gate = () =>
    new BulkGate({
      standings: async () => {
        looks += 1;
        return { topic, partitions };
      },
      now: () => now,
      pause: async (ms) => {
        now += ms;
        onPause();
      },
    });
  let onPause: () => void;

  beforeEach(() => {
    [partitions, topic, now, looks] = [
      [
        { next: 0, end: 0 },
        { next: 0, end: 0 },
      ],
      'engagements.g1',
      0,
      0,
    ];
    onPause = () => undefined;
  });

  it('lets in at once where there is no lag, whatever other partitions do', async () => {
    partitions = [
      { next: 0, end: 0 },
      { next: 0, end: 900 },
    ];
    await gate().admit(new Set([0]));
    expect(looks).toBe(1);
  });

  it('holds bulk while live traffic of its partition waits for a second, and lets it in when that is decided', async () => {
    const held = gate();
    await held.admit(new Set([1]));
    partitions[1] = { next: 0, end: 10 };
    now = 1_200;
    onPause = () => {
      if (now > 5_000) partitions[1] = { next: 10, end: 10 };
    };
    await held.admit(new Set([0, 1]));
    expect(now).toBeGreaterThan(5_000);
  });

  it('ends when it is told to', async () => {
    partitions[0] = { next: 0, end: 10 };
    const stop = new AbortController();
    onPause = () => stop.abort(new Error('stopped'));
    await expect(gate().admit(new Set([0]), stop.signal)).rejects.toThrow('stopped');
  });

  it('knows what is decided, also of a generation that was drained', async () => {
    partitions = [{ next: 3, end: 9 }];
    onPause = () => {
      partitions = [{ next: (partitions[0]?.next ?? 0) + 1, end: 9 }];
    };
    await gate().decided([{ topic, partition: 0, position: 7 }]);
    expect(partitions[0]?.next).toBe(8);
    topic = 'engagements.g2';
    partitions = [{ next: 0, end: 0 }];
    await gate().decided([{ topic: 'engagements.g1', partition: 5, position: 100 }]);
    expect(looks).toBe(7);
  });
});
