/** `afterclick rules diff DIR`: live against the files, for a look before publishing and for a check in CI. */
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import type { RuleFilesDiff } from '../answers.js';
import { connect } from '../connect.js';
import { CommandFailure } from '../failure.js';
import type { SharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';
import { oneLine } from '../text/plain.js';
import { printProblems } from './test-rules.js';

type Change = RuleFilesDiff['changes'][number];

/** Lines of the YAML that stayed are shown this far around what changed. */
const AROUND = 2;

export async function diffRuleFiles(dir: string, options: SharedOptions, streams: Streams): Promise<void> {
  const read = await readRuleFiles(dir);
  const api = await connect(options);
  const files = Object.fromEntries(read.map(({ path, text }) => [path, text]));
  const told = await api.send<RuleFilesDiff>('POST', '/v1/rules/diff', { files });
  if (options.json) printJson(streams, told);
  else {
    printProblems(dir, told.problems, streams);
    for (const change of told.changes) printChange(change, streams);
  }
  const { length } = told.problems;
  if (length > 0) throw new CommandFailure(length === 1 ? '1 problem.' : `${length} problems.`);
  const rules = told.changes.map(({ rule }) => rule).join(', ');
  if (!told.same) throw new CommandFailure(`Live is not what the files say: ${rules}.`);
  if (!options.json) printLine(streams, 'Live is what the files say.');
}

function printChange({ rule, change, live, words, lines }: Change, streams: Streams): void {
  if (change === 'unlisted') {
    printLine(streams, `${rule}: version ${live} is live, and no file has it (publish --retire-missing retires it)`);
    return;
  }
  printLine(streams, change === 'added' ? `${rule}: new` : `${rule}: differs from version ${live}`);
  if (change === 'added') return;
  for (const one of words) printLine(streams, `  ${oneLine(one)}`);
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((l) => l.sign !== ' '));
  lines.forEach(({ sign, text }, at) => {
    if (near[at]) printLine(streams, `    ${sign} ${text}`);
    else if (near[at - 1]) printLine(streams, '    …');
  });
}
