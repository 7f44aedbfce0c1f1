import { Gate } from './gate.js';

interface Job {
  readonly done: Promise<void>;
  end(): void;
}

/** A job that runs until it is ended, noting when it begins. */
function job(enter: (work: () => Promise<void>) => Promise<void>, name: string, began: string[]): Job {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = enter(() => {
    began.push(name);
    return promise;
  });
  return { done, end: resolve };
}

const ticks = () => new Promise((resolve) => setImmediate(resolve));

it('runs at most as many side by side as it may', async () => {
  const gate = new Gate(2);
  const began: string[] = [];
  const jobs = ['a', 'b', 'c'].map((name) => job((work) => gate.shared(work), name, began));
  await ticks();
  expect(began).toEqual(['a', 'b']);
  for (const { end } of jobs) end();
  await Promise.all(jobs.map(({ done }) => done));
  expect(began).toEqual(['a', 'b', 'c']);
});

it('runs a suspect alone, and keeps the order of asking', async () => {
  const gate = new Gate(4);
  const began: string[] = [];
  const before = job((work) => gate.shared(work), 'before', began);
  const suspect = job((work) => gate.alone(work), 'suspect', began);
  const after = job((work) => gate.shared(work), 'after', began);
  await ticks();
  expect(began).toEqual(['before']);
  before.end();
  await ticks();
  expect(began).toEqual(['before', 'suspect']);
  suspect.end();
  await ticks();
  expect(began).toEqual(['before', 'suspect', 'after']);
  after.end();
  await Promise.all([before.done, suspect.done, after.done]);
});

it('goes on after a failure, and refuses a senseless limit', async () => {
  const gate = new Gate(1);
  await expect(gate.shared(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(gate.alone(() => Promise.resolve(1))).resolves.toBe(1);
  expect(() => new Gate(0)).toThrow('concurrency');
});
