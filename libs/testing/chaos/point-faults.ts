/** Faults at the named points: a process dies, or hangs until another has taken over, exactly there. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../senders/random.js';
import { type Fault, killed, PAST_THE_LEASE_MS } from './fault.js';
import type { Instance } from './instance.js';
import type { Point } from './points/point.js';
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
            name: 'SIGSTOP of rules at before-batch, past its leases',
            needed: true,
            strike: () => hang(random.shuffled(shape.of('rules')), 'before-batch'),
          },
        ]
      : []),
  ];
}

async function die(instances: readonly Instance[], point: Point, downMs: number): Promise<void> {
  const reached = await firstAt(instances, point);
  await killed(reached, downMs);
}

async function hang(instances: readonly Instance[], point: Point): Promise<void> {
  const reached = await firstAt(instances, point);
  reached.halt();
  await sleep(PAST_THE_LEASE_MS);
  reached.proceed();
  reached.resume();
}

/** The first of them to come to the point; the others go on. */
async function firstAt(instances: readonly Instance[], point: Point): Promise<Instance> {
  const waiting = instances.map(async (instance) => {
    await instance.reaches(point, { withinMs: REACH_MS });
    return instance;
  });
  try {
    const first = await Promise.any(waiting);
    for (const other of instances) if (other !== first) other.forget();
    return first;
  } finally {
    await Promise.allSettled(waiting);
  }
}
