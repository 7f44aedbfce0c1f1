import type { Appendable } from '#contracts/record.js';
import { LogUnavailableError, SealedError } from './errors.js';
import { GrowingAppender } from './growing.js';

const X = '00000000-0000-8000-8000-000000000000';

class Scene {
  topics = new Map([
    ['engagements.g1', 2],
    ['deliveries.g1', 2],
  ]);
  looks = 0;
  readonly sealed = new Set<string>();
  readonly appended: string[] = [];
  readonly appender = new GrowingAppender({
    topics: async () => {
      this.looks += 1;
      return this.topics;
    },
    append: async (records) => {
      const places = records.map(({ topic, partition = 0 }) => ({ topic, partition }));
      const sealed = places.filter(({ topic, partition }) => this.sealed.has(`${topic}/${partition}`));
      if (sealed.length > 0) throw new SealedError(sealed);
      this.appended.push(...places.map(({ topic, partition }) => `${topic}/${partition}`));
      return places.map(({ partition }, position) => ({ partition, position }));
    },
  });

  append(record: Partial<Appendable> = {}, timeoutMs?: number) {
    const whole = { topic: 'engagements.g1', key: X, ...record } as Appendable;
    return this.appender.append([whole], timeoutMs === undefined ? {} : { timeoutMs });
  }
}

it('uses a partition until it is sealed, then the next generation, and says where', async () => {
  const scene = new Scene();
  scene.topics.set('engagements.g2', 4);
  expect(await scene.append()).toEqual([{ partition: 0, position: 0 }]);
  scene.sealed.add('engagements.g1/0');
  expect(await scene.append()).toEqual([{ partition: 0, position: 0, topic: 'engagements.g2' }]);
  await scene.append();
  expect(scene.appended).toEqual(['engagements.g1/0', 'engagements.g2/0', 'engagements.g2/0']);
  expect(scene.looks).toBe(1);
});

it('looks until the next generation is there, for as long as its caller waits', async () => {
  const scene = new Scene();
  scene.sealed.add('engagements.g1/0');
  await expect(scene.append({}, 150)).rejects.toThrow(LogUnavailableError);
  const waiting = scene.append({}, 5_000);
  setTimeout(() => scene.topics.set('engagements.g2', 4), 50);
  expect(await waiting).toEqual([{ partition: 0, position: 0, topic: 'engagements.g2' }]);
});

it('goes no further back than it is told', async () => {
  const scene = new Scene();
  scene.topics.set('engagements.g2', 4);
  await scene.append({ topic: 'engagements.g2' });
  expect(scene.appended).toEqual(['engagements.g2/0']);
});

it('refuses what names a sealed partition itself', async () => {
  const scene = new Scene();
  scene.topics.set('engagements.g2', 4);
  scene.sealed.add('engagements.g1/1');
  await expect(scene.append({ key: null, partition: 1 })).rejects.toThrow('sealed: engagements.g1/1');
  await scene.append({ key: null, partition: 0 });
});
