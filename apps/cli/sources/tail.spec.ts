import { follow, Tail } from './tail.js';

const row = (id: string, second: number) => ({ id, receivedAt: new Date(second * 1000).toISOString() });
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe('a tail', () => {
  it('tells each row once, the oldest first, also one that shows late', () => {
    const tail = new Tail();
    expect(ids(tail.take([row('b', 102), row('a', 101)]))).toEqual(['a', 'b']);
    expect(ids(tail.take([row('d', 104), row('c', 103), row('b', 102), row('a', 101)]))).toEqual(['c', 'd']);
    expect(ids(tail.take([row('d', 104), row('late', 99), row('b', 102)]))).toEqual(['late']);
    expect(tail.take([row('d', 104), row('late', 99)])).toEqual([]);
  });

  it('does not go back to what was there long before', () => {
    const tail = new Tail();
    tail.take([row('b', 1_000)]);
    expect(tail.take([row('b', 1_000), row('old', 10)])).toEqual([]);
    expect([tail.reachesBack([row('b', 1_000)]), tail.reachesBack([row('b', 1_000), row('old', 10)])]).toEqual([
      false,
      true,
    ]);
  });
});

it('begins with the last lines, follows, reads on while much is new, and stops at once', async () => {
  const rows = [row('c', 3), row('b', 2), row('a', 1)];
  const stop = new AbortController();
  const [told, limits]: [string[], number[]] = [[], []];
  let looks = 0;
  await follow({
    lines: 2,
    pauseMs: 0,
    signal: stop.signal,
    tell: ({ id }) => void told.push(id),
    list: async (limit) => {
      looks += 1;
      limits.push(limit);
      if (looks === 2) for (let n = 0; n < 300; n += 1) rows.unshift(row(`new-${n}`, 4));
      if (looks === 4) stop.abort();
      return { items: rows.slice(0, limit), more: rows.length > limit };
    },
  });
  expect(told.slice(0, 3)).toEqual(['b', 'c', 'new-0']);
  expect(told).toHaveLength(302);
  expect(limits.slice(0, 3)).toEqual([200, 200, 1_000]);
});
