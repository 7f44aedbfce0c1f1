/** What a fault run found, as text: a table, what is wrong, and the verdict as the last line. */
import { allRight, type Findings, KINDS, tally, verdictLine } from '../checker/findings.js';
import { type Row, table } from '../checker/table.js';
import type { Shape } from './shape.js';
import type { Conclusion } from './trial.js';

export interface RunReport {
  readonly text: string;
  /** Nothing is wrong, and what was to be tested did occur. */
  readonly passed: boolean;
}

/** Sentences shown of each kind. */
const SHOWN = 10;

export function reportOf(
  conclusion: Conclusion,
  faults: readonly string[],
  { shared, brokers }: Pick<Shape, 'shared' | 'brokers'>,
): RunReport {
  const { findings, evidence, drainMs, batches, repeats, looks } = conclusion;
  const { expected, observed, received } = evidence;
  const untested = [
    ['aborted batches', batches.aborted, true],
    ['dropped duplicates', observed.books.duplicate, true],
    ['fenced commits', batches.fenced, shared],
    // Only a relay to Kafka brings contact events again; inputs that come again are dropped as duplicates of their id.
    ['relay repeats', repeats, brokers.length > 0],
  ].flatMap(([name, count, canOccur]) =>
    canOccur && count === 0 ? [`no ${name}: it was not tested that they are harmless`] : [],
  );
  const rows: Row[] = [
    ...[...tally(faults)].map(([name, times]): Row => [name, times]),
    ['engagements acknowledged, repeats included', expected.acknowledged],
    ['requests repeated after their acknowledgement', expected.repeats],
    ['accepted', observed.books.accepted],
    ['applied', observed.books.applied],
    ['duplicates dropped', observed.books.duplicate],
    ['too late, parked, quarantined', observed.books.tooLate + observed.books.parked + observed.books.quarantined],
    ['on the log beyond those accepted', evidence.surplus],
    ['contacts', observed.contacts.length],
    ['effects', observed.effects.length],
    ['webhooks received', received.length],
    ['batches aborted', batches.aborted],
    ['batches fenced', batches.fenced],
    ['repeats of relays dropped', repeats],
    ['looks at the books while it ran', looks],
    ['drained in, s', (drainMs / 1000).toFixed(1)],
  ];
  const text = [table(rows), ...sentences(findings), ...untested.map((one) => `  ${one}`), verdictLine(findings)].join(
    '\n',
  );
  return { text, passed: allRight(findings) && untested.length === 0 };
}

function sentences(findings: Findings): readonly string[] {
  return KINDS.flatMap((kind) => {
    const all = findings[kind];
    const rest = all.length > SHOWN ? [`  ${kind}: … and ${all.length - SHOWN} more`] : [];
    return [...all.slice(0, SHOWN).map((one) => `  ${kind}: ${one}`), ...rest];
  });
}
