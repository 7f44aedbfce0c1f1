import { deriveId } from '#contracts/ids.js';
import { Places } from './places.js';

const [slow, other, third] = [deriveId('slow'), deriveId('other'), deriveId('third')];

/** Takes all that it may, again and again. */
function fill(places: Places, workspaceId: string): number {
  let taken = 0;
  for (;;) {
    const { of, others } = places.shares();
    const may = places.free === 0 ? 0 : (of.get(workspaceId) ?? others);
    if (may === 0) return taken;
    for (let n = 0; n < may; n += 1) places.take(workspaceId);
    taken += may;
  }
}

it('leave half to others however much one workspace has, then half of that', () => {
  const places = new Places(32, true);
  expect(fill(places, slow)).toBe(16);
  expect(fill(places, slow)).toBe(0);
  expect(fill(places, other)).toBe(8);
  expect(fill(places, third)).toBe(4);
  expect(places.free).toBe(4);
});

it('are given back, and go to whoever holds least', () => {
  const places = new Places(4, true);
  fill(places, slow);
  fill(places, other);
  expect(places.free).toBe(1);
  expect(places.shares()).toEqual({
    of: new Map([
      [slow, 0],
      [other, 0],
    ]),
    others: 1,
  });
  places.leave(slow);
  expect(places.shares().of.get(slow)).toBe(0);
  places.leave(slow);
  expect(places.shares().of.has(slow)).toBe(false);
});

it('are anybody’s where all workspaces share one target', () => {
  const places = new Places(8, false);
  expect(fill(places, slow)).toBe(8);
});
