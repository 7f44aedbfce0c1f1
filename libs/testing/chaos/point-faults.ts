/** Faults at the named points: a process dies, or hangs until another has taken over, exactly there. */

import { RULES_GROUP } from '#platform/runtime/runtime.js';
import type { Random } from '../senders/random.js';
import { until } from '../until.js';
import type { Database } from './database.js';
import { type Fault, killed } from './fault.js';
import { type Instance, NotReached } from './instance.js';
import type { Place, Point } from './points/point.js';
import { countedBy } from './scrape.js';
import type { Shape } from './shape.js';

type Service = Parameters<Shape['of']>[0];

interface Deadly {
  readonly service: Service;
  readonly point: Point;
  readonly needed?: boolean;
}

/** Under load each is come to within moments, unless the process holds nothing just then. */
const REACH_MS = 10_000;

const DEADLY: readonly Deadly[] = [
  { service: 'ingest', point: 'before-durable' },
  { service: 'ingest', point: 'mid-request' },
  { service: 'rules', point: 'mid-batch', needed: true },
  { service: 'rules', point: 'after-commit' },
  { service: 'rules', point: 'before-produce' },
  { service: 'rules', point: 'after-produce', needed: true },
  { service: 'projection', point: 'mid-batch' },
  { service: 'projection', point: 'after-commit' },
  { service: 'delivery', point: 'after-commit' },
  { service: 'delivery', point: 'after-attempt' },
];

export function pointFaults(shape: Shape, random: Random): readonly Fault[] {
  return [
    ...DEADLY.map(({ service, point, needed = false }) => ({
      name: `kill -9 of ${service} at ${point}`,
      needed,
      strike: () => die(random.shuffled(shape.of(service)), point, random.between(0, 1_000)),
    })),
    ...(shape.shared
      ? [
          {
            name: 'SIGSTOP of rules at before-batch, until another has taken over',
            needed: true,
            strike: () => hang(random.shuffled(shape.of('rules')), shape.database),
          },
        ]
      : []),
  ];
}

async function die(instances: readonly Instance[], point: Point, downMs: number): Promise<void> {
  const { instance } = await firstAt(instances, point);
  await killed(instance, downMs);
}

/** Longer than a session lives, and the group needs to share its partitions out anew. */
const TAKE_OVER_MS = 45_000;

/** With a batch in hand, until another owns its partition: what it then commits must be refused, and that be counted. */
async function hang(instances: readonly Instance[], database: Database): Promise<void> {
  const { instance, place } = await firstAt(instances, 'before-batch', RULES_GROUP);
  instance.halt();
  try {
    await takenOver(database, place);
  } finally {
    instance.proceed();
    instance.resume();
  }
  await until(async () => (await countedBy(instance.url, 'afterclick_batches_fenced_total')) > 0, REACH_MS).catch(
    (error: unknown) => {
      throw new NotReached(`${instance.name} was not fenced`, { cause: error });
    },
  );
}

async function takenOver(database: Database, place: Place): Promise<void> {
  const before = await epochAt(database, place);
  await until(async () => (await epochAt(database, place)) !== before, TAKE_OVER_MS).catch((error: unknown) => {
    throw new NotReached(`nobody took over ${place.topic}/${place.partition}`, { cause: error });
  });
}

const EPOCH = 'select epoch from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3';

async function epochAt(database: Database, { of, topic, partition }: Place): Promise<unknown> {
  return database.use(async (client) => (await client.query(EPOCH, [of, topic, partition])).rows[0]?.epoch);
}

interface At {
  readonly instance: Instance;
  readonly place: Place;
}

/** The first of them to come to the point; the others go on. `of`: at that place only. */
async function firstAt(instances: readonly Instance[], point: Point, of: string | null = null): Promise<At> {
  const waiting = instances.map(async (instance) => {
    const place = await instance.reaches(point, { of, withinMs: REACH_MS });
    return { instance, place: place as Place };
  });
  try {
    const first = await Promise.any(waiting);
    for (const other of instances) if (other !== first.instance) other.forget();
    return first;
  } finally {
    await Promise.allSettled(waiting);
  }
}
