import type { CheckpointRow } from './checkpoints.js';
import { fairShares, type Member, movesOf } from './shares.js';

const member = (owner: string, wants = 8): Member => ({ owner, wants });
const rows = (...owners: (string | null)[]): CheckpointRow[] =>
  owners.map((owner, partition) => ({ partition, next: 0, owner }));
const here = (running: readonly number[], stopped: readonly number[] = []) => ({
  running: new Set(running),
  stopped: new Set(stopped),
});

it('shares equally, the rest to the first, none above what it wants', () => {
  expect(fairShares(8, [member('a'), member('b'), member('c')])).toEqual(
    new Map([
      ['a', 3],
      ['b', 3],
      ['c', 2],
    ]),
  );
  expect(fairShares(8, [member('a', 1), member('b')])).toEqual(
    new Map([
      ['a', 1],
      ['b', 7],
    ]),
  );
  expect(fairShares(8, [member('a', 0)])).toEqual(new Map([['a', 0]]));
  expect(fairShares(2, [member('a'), member('b'), member('c')])).toEqual(
    new Map([
      ['a', 1],
      ['b', 1],
      ['c', 0],
    ]),
  );
});

describe('moves', () => {
  it('a first owner takes all, also those that no row speaks of', () => {
    expect(movesOf('a', 4, [member('a', 4)], rows(null), here([]))).toEqual({ take: [0, 1, 2, 3], release: [] });
  });

  it('a second owner gets what the first lets go of', () => {
    const both = [member('a', 4), member('b', 4)];
    expect(movesOf('a', 4, both, rows('a', 'a', 'a', 'a'), here([0, 1, 2, 3]))).toEqual({ take: [], release: [2, 3] });
    expect(movesOf('b', 4, both, rows('a', 'a', 'a', 'a'), here([]))).toEqual({ take: [], release: [] });
    expect(movesOf('b', 4, both, rows('a', 'a', null, null), here([]))).toEqual({ take: [2, 3], release: [] });
  });

  it('nothing is let go of while something is free to take', () => {
    const both = [member('a', 4), member('b', 4)];
    expect(movesOf('a', 4, both, rows('a', 'a', 'a', null), here([0, 1, 2]))).toEqual({ take: [], release: [] });
  });

  it('what names this owner and does not run here is taken back, up to its share', () => {
    const both = [member('a', 4), member('b', 4)];
    expect(movesOf('a', 4, [member('a', 4)], rows('a', 'a', null, 'a'), here([0]))).toEqual({
      take: [1, 3, 2],
      release: [],
    });
    expect(movesOf('a', 4, both, rows('a', 'a', 'a', 'b'), here([0, 2]))).toEqual({ take: [], release: [2] });
    expect(movesOf('a', 4, [member('a', 3)], rows('a', 'a', null, null), here([0], [1]))).toEqual({
      take: [2, 3],
      release: [],
    });
  });

  it('what stopped in one process goes to another and stays there', () => {
    const both = [member('old', 0), member('young', 4)];
    expect(movesOf('old', 4, both, rows(null, null, null, null), here([], [0, 1, 2, 3])).take).toEqual([]);
    expect(movesOf('young', 4, both, rows('young', 'young', 'young', null), here([0, 1, 2]))).toEqual({
      take: [3],
      release: [],
    });
    expect(movesOf('young', 4, both, rows('young', 'young', 'young', 'young'), here([0, 1, 2, 3])).release).toEqual([]);
  });
});
