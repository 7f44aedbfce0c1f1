import type { KafkaMessage } from 'kafkajs';
import { Feed, type Tap } from './feed.js';

const messages = (...positions: number[]): KafkaMessage[] =>
  positions.map((position) => ({
    key: null,
    value: Buffer.from('{}'),
    headers: {},
    offset: String(position),
    timestamp: '0',
    attributes: 0,
  }));
const positions = (read: readonly KafkaMessage[]): number[] => read.map(({ offset }) => Number(offset));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('feed', () => {
  let told: string[];
  let feed: Feed;
  beforeEach(() => {
    told = [];
    const tap: Tap = {
      seek: (_, position) => void told.push(`seek ${position}`),
      pause: () => void told.push('pause'),
      resume: () => void told.push('resume'),
    };
    feed = new Feed(0, tap, { records: 10, bytes: 1e6 });
  });

  it('fetches nothing before the run says from where', () => {
    expect(told).toEqual(['pause']);
    expect(feed.read(5, 3)).toEqual([]);
    expect(told).toEqual(['pause', 'seek 5', 'resume']);
  });

  it('keeps what is not applied, and gives it again', () => {
    feed.read(5, 3);
    expect(feed.push(5, messages(5, 6, 7, 8))).toBe(true);
    expect(positions(feed.read(5, 3))).toEqual([5, 6, 7]);
    expect(positions(feed.read(5, 3))).toEqual([5, 6, 7]);
    expect(positions(feed.read(8, 3))).toEqual([8]);
    expect(feed.head).toBe(8);
  });

  it('pauses when it is full and resumes when half is applied', () => {
    feed.read(0, 4);
    feed.push(0, messages(...range(0, 8)));
    feed.push(8, messages(...range(8, 16)));
    expect(told.slice(3)).toEqual(['pause']);
    feed.read(10, 4);
    expect(told.slice(3)).toEqual(['pause']);
    feed.read(11, 4);
    expect(told.slice(3)).toEqual(['pause', 'resume']);
  });

  it('seeks when the run is elsewhere: its row has moved under another owner', () => {
    feed.read(0, 4);
    feed.push(0, messages(0, 1, 2));
    expect(feed.read(9, 4)).toEqual([]);
    expect(told.at(-1)).toBe('seek 9');
    expect(feed.push(3, messages(3, 4))).toBe(false);
    expect(feed.push(9, messages(9, 10))).toBe(true);
    expect(positions(feed.read(9, 4))).toEqual([9, 10]);
  });

  it('takes nothing of a fetch that began below it, however far it goes: kafkajs may have gone to another beginning', () => {
    feed.read(0, 4);
    feed.push(0, messages(0, 1, 2));
    for (let time = 0; time < 3; time += 1) expect(feed.push(0, messages(0, 1, 2, 3, 4))).toBe(false);
    expect(told.slice(-3)).toEqual(['seek 3', 'seek 3', 'seek 3']);
    expect(positions(feed.read(0, 10))).toEqual([0, 1, 2]);
  });

  it('asks once more where a fetch begins too late, and then shows the gap', () => {
    feed.read(0, 4);
    expect(feed.push(15, messages(15, 16))).toBe(false);
    expect(told.at(-1)).toBe('seek 0');
    expect(feed.push(15, messages(15, 16))).toBe(true);
    expect(positions(feed.read(0, 4))).toEqual([15, 16]);
  });

  it('goes on where it was when the group is joined anew', () => {
    feed.read(0, 4);
    feed.push(0, messages(0, 1, 2));
    told.length = 0;
    feed.rejoined();
    expect(told).toEqual(['pause', 'seek 3', 'resume']);
    expect(positions(feed.read(0, 4))).toEqual([0, 1, 2]);
  });
});
