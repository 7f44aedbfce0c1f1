import fc from 'fast-check';
import { Room, type Stay } from './room.js';

const KB = 1024;
const OVERHEAD = 16 * KB;

let now = 0;
const roomOf = (bytes: number): Room => new Room({ bytes, clock: () => now });

beforeEach(() => {
  now = 0;
});

/** Lets in as many as will go. */
function flood(room: Room, source: string, bytes = 0): Stay[] {
  const stays: Stay[] = [];
  for (let stay = room.enter(source, bytes); stay !== null; stay = room.enter(source, bytes)) stays.push(stay);
  return stays;
}

/** So many, each of which is being stored. */
const storing = (room: Room, source: string, count: number): Stay[] =>
  Array.from({ length: count }, () => {
    const stay = room.enter(source, 0) as Stay;
    stay.storing();
    return stay;
  });

/** Shows the room how fast it goes. */
function store(room: Room, count: number, msEach: number): void {
  for (let left = count; left > 0; left -= 1) {
    const [stay] = storing(room, 'before', 1);
    now += msEach;
    stay?.leave();
  }
}

it('leaves half of the room to others, whatever one source sends, and a third when two do', () => {
  const room = roomOf(60 * OVERHEAD);
  expect(flood(room, 'a')).toHaveLength(30);
  expect(flood(room, 'b')).toHaveLength(15);
  expect(room.enter('c', 0)).not.toBeNull();
});

it('takes one body that is larger than the half, not two', () => {
  const room = roomOf(1_000 * KB);
  expect(room.enter('a', 900 * KB)).not.toBeNull();
  expect(room.enter('a', 0)).toBeNull();
  expect(room.enter('b', 900 * KB)).toBeNull();
  expect(room.enter('b', 10 * KB)).not.toBeNull();
});

it('counts what was not declared as it comes', () => {
  const room = roomOf(100 * KB);
  const stay = room.enter('a', 0) as Stay;
  expect([stay.grow(20 * KB), stay.grow(70 * KB)]).toEqual([true, false]);
  stay.leave();
  stay.leave();
  expect(room.held).toBe(0);
});

describe('while more comes than can be stored in time', () => {
  it('refuses the loud source, not the quiet one, and takes it in again when it has caught up', () => {
    const room = roomOf(10_000 * KB);
    store(room, 100, 10);
    const loud = storing(room, 'loud', 110);
    now += 250;
    expect(room.enter('loud', 0)).not.toBeNull();
    now += 1;
    expect(room.enter('loud', 0)).toBeNull();
    expect(room.enter('quiet', 0)).not.toBeNull();
    for (const stay of loud.slice(0, 60)) stay.leave();
    expect(room.enter('loud', 0)).not.toBeNull();
  });

  it('refuses everybody when nothing more could be stored before its time is up', () => {
    const room = roomOf(10_000 * KB);
    store(room, 100, 10);
    storing(room, 'loud', 250);
    now += 300;
    expect(room.enter('quiet', 0)).toBeNull();
  });

  it('is not fooled by requests that come to nothing', () => {
    const room = roomOf(10_000 * KB);
    store(room, 100, 10);
    const lost = storing(room, 'loud', 150);
    now += 2_000;
    for (const stay of lost) {
      stay.givenUp();
      stay.leave();
    }
    storing(room, 'loud', 50);
    now += 300;
    expect(room.enter('loud', 0)).toBeNull();
  });

  it('lets in a burst that is soon stored', () => {
    const room = roomOf(10_000 * KB);
    store(room, 100, 10);
    storing(room, 'loud', 70);
    now += 300;
    expect(room.enter('loud', 0)).not.toBeNull();
  });

  it('has nobody refused for a wait that is for something outside, nor for a body that comes slowly', async () => {
    const room = roomOf(10_000 * KB);
    store(room, 100, 10);
    const outside = Promise.withResolvers<void>();
    const waiting = storing(room, 'outside', 150).map((stay) => stay.aside(outside.promise));
    for (let n = 0; n < 150; n += 1) room.enter('slow', 0);
    now += 1_000;
    expect(room.enter('outside', 0)).not.toBeNull();
    expect(room.enter('slow', 0)).not.toBeNull();
    outside.resolve();
    await Promise.all(waiting);
    now += 300;
    expect(room.enter('outside', 0)).toBeNull();
  });
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
      const room = roomOf(1_000 * KB);
      const inside: Stay[] = [];
      for (const { source, bytes, what, which } of steps) {
        now += 100;
        const stay = inside[which % Math.max(1, inside.length)];
        if (what === 0 || stay === undefined) {
          const entered = room.enter(source, bytes);
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
