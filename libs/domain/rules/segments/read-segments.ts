/** The segments of a directory, segments/*.yaml, checked together: each may ask for the others, as long as that ends. */
import type { RuleProblem } from '../problem.js';
import type { Vocabulary } from '../vocabulary.js';
import { cycleOf } from './order.js';
import { parseSegment } from './parse-segment.js';
import { MAX_SEGMENTS, type Segment } from './segment.js';

interface File {
  readonly path: string;
  readonly text: string;
}

export interface DefinedSegments {
  /** Of those that are good, by name. */
  readonly files: readonly (File & { readonly segment: Segment })[];
  /** Of all that there will be: those in force too. */
  readonly names: readonly string[];
  readonly problems: readonly RuleProblem[];
}

const PATH = /^segments\/.+\.ya?ml$/;

/** `inForce`: those of the workspace; a file's take their place. */
export function readSegments(
  files: readonly File[],
  inForce: readonly Segment[],
  vocabulary: Vocabulary,
): DefinedSegments {
  const mine = files.filter(({ path }) => PATH.test(path));
  const problems: RuleProblem[] = [];
  const complain = (file: string, problem: string, cure: string): void => {
    problems.push({ file, line: 1, column: 1, problem, cure });
  };
  const named = mine.map(({ path, text }) => {
    const parsed = parseSegment(path, text, { ...vocabulary, segments: null });
    // What is wrong with it is said once, and not again by each that asks for it.
    return 'segment' in parsed ? parsed.segment.name : nameOf(path);
  });
  const names = [...new Set([...inForce.map(({ name }) => name), ...named])].sort();
  const read = new Map<string, File & { readonly segment: Segment }>();
  for (const { path, text } of mine) {
    const parsed = parseSegment(path, text, { ...vocabulary, segments: names });
    if ('problems' in parsed) {
      problems.push(...parsed.problems);
      continue;
    }
    const { segment } = parsed;
    const other = read.get(segment.name);
    if (other)
      complain(path, `a segment called ${segment.name} is in ${other.path} already`, 'give one of them another name');
    else read.set(segment.name, { path, text, segment });
  }
  const all = [...inForce.filter(({ name }) => !read.has(name)), ...[...read.values()].map(({ segment }) => segment)];
  const cycle = cycleOf(all);
  if (cycle) {
    const file = cycle.map((name) => read.get(name)?.path).find((path) => path !== undefined) ?? 'segments';
    complain(file, `segments ask for each other: ${cycle.join(', ')}`, 'let one of them say its condition itself');
  }
  if (all.length > MAX_SEGMENTS)
    complain('segments', `there are ${all.length} segments`, `at most ${MAX_SEGMENTS} in a workspace: retire some`);
  return { files: [...read.values()].sort((a, b) => (a.segment.name < b.segment.name ? -1 : 1)), names, problems };
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}
