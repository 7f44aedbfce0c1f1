import { LogUnavailableError, WorldError } from '#engine/log/errors.js';
import type { Appended } from '#engine/log/log.js';
import { Appender, type Outgoing } from './appender.js';

/** A cluster of two brokers: even partitions are led by 0, odd by 1. Each request waits until it is answered. */
class Cluster {
  readonly logs = new Map<number, string[]>();
  readonly requests: { items: readonly Outgoing<string>[]; answer(error?: Error): void }[] = [];
  failures = 0;
  auto = false;

  readonly port = {
    send: (items: readonly Outgoing<string>[]) =>
      new Promise<readonly Appended[]>((resolve, reject) => {
        const answer = (error?: Error): void => {
          this.requests.splice(
            this.requests.findIndex((one) => one.items === items),
            1,
          );
          if (error) reject(error);
          else resolve(items.map((item) => this.#append(item)));
        };
        this.requests.push({ items, answer });
        if (this.auto) answer();
      }),
    laneOf: (_: string, partition: number) => partition % 2,
    onFailure: () => {
      this.failures += 1;
    },
  };

  #append({ partition, message }: Outgoing<string>): Appended {
    const log = this.logs.get(partition) ?? [];
    this.logs.set(partition, log);
    log.push(message);
    return { partition, position: log.length - 1 };
  }
}

const out = (partition: number, message: string, bytes = 1): Outgoing<string> => ({
  topic: 't.g1',
  partition,
  message,
  bytes,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));
async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!holds() && Date.now() < end) await turn();
  expect(holds()).toBe(true);
}

describe('appender', () => {
  let cluster: Cluster;
  let appender: Appender<string>;
  beforeEach(() => {
    cluster = new Cluster();
    appender = new Appender(cluster.port);
  });

  it('joins what waits, one request a broker, and answers each call with its own positions', async () => {
    const first = appender.append([out(0, 'a'), out(1, 'b')], 1_000);
    const second = appender.append([out(0, 'c'), out(2, 'd')], 1_000);
    await until(() => cluster.requests.length === 2);
    const third = appender.append([out(0, 'e')], 1_000);
    await turn();
    expect(cluster.requests.map(({ items }) => items.map(({ message }) => message))).toEqual([['a', 'c', 'd'], ['b']]);
    cluster.auto = true;
    for (const request of [...cluster.requests]) request.answer();
    expect(await Promise.all([first, second, third])).toEqual([
      [
        { partition: 0, position: 0 },
        { partition: 1, position: 0 },
      ],
      [
        { partition: 0, position: 1 },
        { partition: 2, position: 0 },
      ],
      [{ partition: 0, position: 2 }],
    ]);
  });

  it('keeps the order of a partition across failures, and lets other brokers go on', async () => {
    const calls = [appender.append([out(0, 'a')], 5_000)];
    await until(() => cluster.requests.length === 1);
    calls.push(appender.append([out(0, 'b')], 5_000), appender.append([out(1, 'x')], 5_000));
    await until(() => cluster.requests.length === 2);
    cluster.requests.find(({ items }) => items[0]?.message === 'x')?.answer();
    expect(cluster.logs.get(1)).toEqual(['x']);
    cluster.requests[0]?.answer(new WorldError('the broker is away'));
    await until(() => cluster.requests.length === 1);
    expect(cluster.requests[0]?.items.map(({ message }) => message)).toEqual(['a', 'b']);
    cluster.requests[0]?.answer();
    await Promise.all(calls);
    expect(cluster.logs.get(0)).toEqual(['a', 'b']);
    expect(cluster.failures).toBe(1);
  });

  it('gives up in time, and what was not begun by then is never appended', async () => {
    const begun = appender.append([out(0, 'a')], 300);
    await until(() => cluster.requests.length === 1);
    const waiting = appender.append([out(0, 'b')], 300);
    await expect(begun).rejects.toThrow(LogUnavailableError);
    await expect(waiting).rejects.toThrow(LogUnavailableError);
    cluster.auto = true;
    cluster.requests[0]?.answer();
    await appender.append([out(0, 'c')], 1_000);
    await appender.idle();
    expect(cluster.logs.get(0)).toEqual(['a', 'c']);
  });

  it('begins witnesses once all that they bear witness to is durable, and never after the time', async () => {
    const call = appender.append([out(0, 'a'), out(1, 'b'), out(3, 'told')], 1_000, 2);
    await until(() => cluster.requests.length === 2);
    cluster.requests.find(({ items }) => items[0]?.message === 'a')?.answer();
    await turn();
    expect(cluster.requests.map(({ items }) => items.map(({ message }) => message))).toEqual([['b']]);
    cluster.requests[0]?.answer();
    await until(() => cluster.requests[0]?.items[0]?.message === 'told');
    cluster.requests[0]?.answer();
    expect(await call).toEqual([0, 1, 3].map((partition) => ({ partition, position: 0 })));

    const late = appender.append([out(0, 'late'), out(1, 'never told')], 100, 1);
    await expect(late).rejects.toThrow(LogUnavailableError);
    cluster.auto = true;
    cluster.requests[0]?.answer();
    await appender.append([out(1, 'after')], 1_000);
    await appender.idle();
    expect(cluster.logs.get(0)).toEqual(['a', 'late']);
    expect(cluster.logs.get(1)).toEqual(['b', 'after']);
  });

  it('begins witnesses alone where there is nothing else', async () => {
    cluster.auto = true;
    expect(await appender.append([out(1, 'told')], 1_000, 0)).toEqual([{ partition: 1, position: 0 }]);
  });

  it('a record that the broker refuses fails its own call only', async () => {
    const good = appender.append([out(0, 'a')], 1_000);
    const bad = appender.append([out(0, 'bad')], 1_000);
    const late = appender.append([out(0, 'c')], 1_000);
    const refused = expect(bad).rejects.toThrow('too large');
    await until(() => cluster.requests.length === 1);
    cluster.requests[0]?.answer(new Error('too large'));
    for (const message of ['a', 'bad', 'c']) {
      await until(() => cluster.requests[0]?.items[0]?.message === message);
      expect(cluster.requests[0]?.items).toHaveLength(1);
      cluster.requests[0]?.answer(message === 'bad' ? new Error('too large') : undefined);
    }
    await refused;
    await Promise.all([good, late]);
    expect(cluster.logs.get(0)).toEqual(['a', 'c']);
  });

  it('sends large records alone, and a flood of one partition does not keep the others waiting', async () => {
    const flood = Array.from({ length: 1_500 }, (_, n) => out(0, `f${n}`));
    const calls = [appender.append(flood, 5_000), appender.append([out(2, 'other')], 5_000)];
    calls.push(appender.append([out(2, 'huge', 50_000_000)], 5_000));
    await until(() => cluster.requests.length === 1);
    expect(cluster.requests[0]?.items).toHaveLength(1_000);
    cluster.requests[0]?.answer();
    await until(() => cluster.requests.length === 1);
    expect(cluster.requests[0]?.items[0]?.message).toBe('other');
    cluster.auto = true;
    cluster.requests[0]?.answer();
    await Promise.all(calls);
    expect(cluster.logs.get(0)).toEqual(flood.map(({ message }) => message));
    expect(cluster.logs.get(2)).toEqual(['other', 'huge']);
  });
});
