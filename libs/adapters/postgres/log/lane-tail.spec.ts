import type { LogRecord } from '#contracts/record.js';
import { LaneTail } from './lane-tail.js';

const TOPIC = 'contact-events.g1';

function records(partition: number, from: number, until: number): LogRecord[] {
  return Array.from({ length: until - from }, (_, n) => ({
    ...{ topic: TOPIC, partition, position: from + n, key: null, workspaceId: 'w', id: `${from + n}` },
    ...{ type: 'tag_added', v: 1, at: 0, data: {}, sealed: null },
  }));
}

const positions = (found: readonly LogRecord[]) => found.map(({ position }) => position);

describe('the newest events of a lane', () => {
  it('are read across commits, as many as are asked for', () => {
    const tail = new LaneTail();
    tail.add(records(0, 3, 6));
    tail.add(records(0, 6, 8));
    tail.add(records(1, 0, 2));
    expect(positions(tail.read(TOPIC, 0, 4, 10))).toEqual([4, 5, 6, 7]);
    expect(positions(tail.read(TOPIC, 0, 4, 3))).toEqual([4, 5, 6]);
    expect(positions(tail.read(TOPIC, 1, 0, 1))).toEqual([0]);
  });

  it('are not here before the first of them, after the last, or behind what another process wrote between', () => {
    const tail = new LaneTail();
    tail.add(records(0, 3, 6));
    tail.add(records(0, 9, 11));
    expect(tail.read(TOPIC, 0, 2, 10)).toEqual([]);
    expect(tail.read(TOPIC, 0, 11, 10)).toEqual([]);
    expect(positions(tail.read(TOPIC, 0, 5, 10))).toEqual([5]);
    expect(tail.read(TOPIC, 0, 6, 10)).toEqual([]);
    expect(positions(tail.read(TOPIC, 0, 9, 10))).toEqual([9, 10]);
    expect(tail.read(TOPIC, 2, 0, 10)).toEqual([]);
  });

  it('are all forgotten when positions are handed out again: the database was set back', () => {
    const tail = new LaneTail();
    tail.add(records(0, 3, 8));
    tail.add(records(1, 0, 2));
    const again = records(0, 5, 6).map((record) => ({ ...record, id: 'another' }));
    tail.add(again);
    expect(tail.read(TOPIC, 0, 3, 10)).toEqual([]);
    expect(tail.read(TOPIC, 0, 5, 10)).toEqual(again);
    expect(tail.read(TOPIC, 1, 0, 10)).toEqual([]);
  });

  it('leave in the order they came when there are too many', () => {
    const tail = new LaneTail(4);
    tail.add(records(0, 0, 2));
    tail.add(records(1, 0, 2));
    tail.add(records(0, 2, 4));
    expect(tail.read(TOPIC, 0, 0, 10)).toEqual([]);
    expect(positions(tail.read(TOPIC, 0, 2, 10))).toEqual([2, 3]);
    expect(positions(tail.read(TOPIC, 1, 0, 10))).toEqual([0, 1]);
    tail.add(records(1, 2, 12));
    expect(positions(tail.read(TOPIC, 1, 2, 3))).toEqual([2, 3, 4]);
    expect(tail.read(TOPIC, 0, 2, 10)).toEqual([]);
  });
});
