import fc from 'fast-check';
import { Room, type Stay } from './room.js';

const KB = 1024;
const OVERHEAD = 16 * KB;

/** Lets in as many as will go. */
function flood(room: Room, source: string, bytes = 0, now = 0): Stay[] {
  const stays: Stay[] = [];
  for (let stay = room.enter(source, bytes, now); stay !== null; stay = room.enter(source, bytes, now))
    stays.push(stay);
  return stays;
}

it('leaves half of the room to others, whatever one source sends, and a third when two do', () => {
  const room = new Room({ bytes: 60 * OVERHEAD });
  expect(flood(room, 'a')).toHaveLength(30);
  expect(flood(room, 'b')).toHaveLength(15);
  expect(room.enter('c', 0, 0)).not.toBeNull();
});

it('takes one body that is larger than the half, not two', () => {
  const room = new Room({ bytes: 1_000 * KB });
  expect(room.enter('a', 900 * KB, 0)).not.toBeNull();
  expect(room.enter('a', 0, 0)).toBeNull();
  expect(room.enter('b', 900 * KB, 0)).toBeNull();
  expect(room.enter('b', 10 * KB, 0)).not.toBeNull();
});

it('counts what was not declared as it comes', () => {
  const room = new Room({ bytes: 100 * KB });
  const stay = room.enter('a', 0, 0) as Stay;
  expect([stay.grow(20 * KB), stay.grow(70 * KB)]).toEqual([true, false]);
  stay.leave();
  stay.leave();
  expect(room.held).toBe(0);
});

it('lets in the quiet source, not the loud one, while storing takes long', () => {
  const room = new Room({ bytes: 10_000 * KB, lateMs: 1_000 });
  const loud = Array.from({ length: 20 }, () => room.enter('loud', 0, 0) as Stay);
  for (const stay of loud) stay.storing(0);
  expect(room.enter('loud', 0, 1_000)).not.toBeNull();
  expect(room.enter('loud', 0, 1_001)).toBeNull();
  expect(room.enter('quiet', 0, 1_001)).not.toBeNull();
  for (const stay of loud) stay.leave();
  expect(room.enter('loud', 0, 1_001)).not.toBeNull();
});

it('does not take a body that comes slowly for slow storing', () => {
  const room = new Room({ bytes: 10_000 * KB });
  expect(room.enter('a', 0, 0)).not.toBeNull();
  expect(room.enter('a', 0, 60_000)).not.toBeNull();
});

it('never holds more than its bytes, and nothing once all have left', () => {
  const step = fc.record({
    source: fc.constantFrom('a', 'b', 'c'),
    bytes: fc.nat(300 * KB),
    what: fc.nat(2),
    which: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const room = new Room({ bytes: 1_000 * KB });
      const inside: Stay[] = [];
      for (const [now, { source, bytes, what, which }] of steps.entries()) {
        const stay = inside[which % Math.max(1, inside.length)];
        if (what === 0 || stay === undefined) {
          const entered = room.enter(source, bytes, now);
          if (entered) inside.push(entered);
        } else if (what === 1) stay.grow(bytes);
        else inside.splice(inside.indexOf(stay), 1)[0]?.leave();
        expect(room.held).toBeLessThanOrEqual(1_000 * KB);
      }
      for (const stay of inside) stay.leave();
      expect(room.held).toBe(0);
    }),
  );
});
