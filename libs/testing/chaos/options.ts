/** `npm run test:chaos -- --log postgres|kafka [--shape …] [--seconds S] [--seed N] [--rate N] [--only TEXT]… [--program FILE]` */
import { parseArgs } from 'node:util';
import { clusterShape } from './cluster-shape.js';
import { pairShape } from './pair-shape.js';
import type { Shape, ShapeOptions } from './shape.js';
import { standaloneShape } from './standalone-shape.js';

/** By log: what may run on it. The first is the default. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, (options: ShapeOptions) => Promise<Shape>>>>> = {
  postgres: { pair: pairShape, standalone: standaloneShape },
  kafka: { cluster: clusterShape },
};

export interface RunOptions {
  readonly log: string;
  readonly shapeName: string;
  readonly shape: (options: ShapeOptions) => Promise<Shape>;
  readonly seconds: number;
  readonly seed: number;
  /** Of the faults that are not needed those whose names hold one of these; all where there is none. */
  readonly only: readonly string[];
  /** Engagements a second, while nothing is struck. */
  readonly rate: number;
  /** bin/afterclick.mjs of the build under test. */
  readonly program: string;
}

/** Throws what is wrong and what would be right. */
export function readOptions(argv: readonly string[], defaults: { readonly program: string }): RunOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      log: { type: 'string', default: 'postgres' },
      shape: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      rate: { type: 'string', default: '250' },
      only: { type: 'string', multiple: true, default: [] },
      program: { type: 'string', default: defaults.program },
    },
  });
  const shapes = SHAPES[values.log];
  if (!shapes) throw new Error(`--log ${values.log} is none of ${Object.keys(SHAPES).join(', ')}`);
  const shapeName = values.shape ?? (Object.keys(shapes)[0] as string);
  const shape = shapes[shapeName];
  if (!shape)
    throw new Error(`--shape ${shapeName} is none of ${Object.keys(shapes).join(', ')} on --log ${values.log}`);
  const seconds = wholeNumber('--seconds', values.seconds, 10);
  return {
    log: values.log,
    shapeName,
    shape,
    seconds,
    seed: wholeNumber('--seed', values.seed, 0),
    only: values.only,
    rate: wholeNumber('--rate', values.rate, 1),
    program: values.program,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`${name} ${text} is not a whole number from ${least}`);
  return value;
}
