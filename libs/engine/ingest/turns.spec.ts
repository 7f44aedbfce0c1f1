import { setImmediate as turn } from 'node:timers/promises';
import { Turns } from './turns.js';

const KB = 1024;

/** Names in the order in which they had their turn. */
function taking(turns: Turns, sizes: Readonly<Record<string, number>>): string[] {
  const taken: string[] = [];
  for (const [name, bytes] of Object.entries(sizes)) void turns.take(bytes).then(() => taken.push(name));
  return taken;
}

it('reads small bodies together, and larger ones a turn each', async () => {
  const turns = new Turns();
  const taken = taking(turns, { a: 6 * KB, b: 12 * KB, c: 40 * KB, d: 10, e: 20 * KB, f: 10 });
  await Promise.resolve();
  expect(taken).toEqual(['a', 'b']);
  await turn();
  expect(taken).toEqual(['a', 'b', 'c']);
  await turn();
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e']);
  await turn();
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('lets nobody pass those who wait', async () => {
  const turns = new Turns();
  const taken = taking(turns, { a: 40 * KB, b: 40 * KB });
  await turn();
  void turns.take(1).then(() => taken.push('late'));
  await Promise.resolve();
  expect(taken).toEqual(['a', 'b']);
  await turn();
  expect(taken).toEqual(['a', 'b', 'late']);
});

it('does not hold up who comes alone', async () => {
  const turns = new Turns();
  for (let n = 0; n < 20; n += 1) {
    const taken = taking(turns, { only: 100 * KB });
    await Promise.resolve();
    expect(taken).toEqual(['only']);
    await turn();
  }
});

it('counts an empty body too, so that a thousand of them are not one turn', async () => {
  const turns = new Turns();
  const taken = taking(turns, Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`n${n}`, 0])));
  await Promise.resolve();
  expect(taken).toHaveLength(16);
});
