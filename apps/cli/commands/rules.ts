/** `afterclick rules`: checked without a server, published as immutable versions, put back in one action. */
import type { Command } from 'commander';
import { reachSaid } from '#domain/contact/trial/reach-said.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import type { RuleFile } from '#engine/publishing/publish.js';
import { readRuleFiles, rulesRoot } from '#platform/runtime/rule-files.js';
import { isTimeZone } from '#platform/time/time-zone.js';
import type { Published, Rule, Rules, RulesChecked } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure } from '../failure.js';
import { type SharedOptions, wholeNumber, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, printTable, type Streams } from '../output.js';
import { oneLine } from '../text/plain.js';
import { diffRuleFiles } from './diff-rules.js';
import { printProblems, testRules } from './test-rules.js';

interface PublishOptions extends SharedOptions {
  readonly note?: string;
  readonly author?: string;
  readonly retireMissing?: boolean;
  readonly yes?: boolean;
}
interface CheckOptions extends SharedOptions {
  readonly live?: boolean;
}
interface RollbackOptions extends SharedOptions {
  readonly to: number;
}

const IN_FORCE_MS = 10_000;
const LOOK_MS = 100;

export function addRules(program: Command, streams: Streams): void {
  const rules = program.command('rules').description('Rules: list, check, test, diff, publish, roll back, retire.');
  const list = rules
    .command('list')
    .description('List the rules with their version and what they did in the last 30 days.')
    .action((options: SharedOptions) => listRules(options, streams));
  withExamples(withSharedOptions(list), 'afterclick rules list');
  const check = rules
    .command('check')
    .description('Check a folder of rules; needs no server but with --live. Exit code 1 with any problem.')
    .argument('<dir>', 'folder with rules/*.yaml, templates/*.md, attributes.yaml', rulesRoot)
    .option(
      '--live',
      'ask the running instance: what is declared there counts, and it says on how many contacts rules would act',
    )
    .action((dir: string, options: CheckOptions) =>
      options.live ? checkLive(dir, options, streams) : checkRules(dir, options, streams),
    );
  withExamples(withSharedOptions(check), 'afterclick rules check ./crm-rules');
  const test = rules
    .command('test')
    .description('Run the tests of a folder of rules; needs no server. Exit code 1 when one fails.')
    .argument('<dir>', 'folder with rules/*.yaml and their tests: rules/NAME.test.yaml or tests/*.yaml', rulesRoot)
    .option('--json', 'print JSON')
    .action((dir: string, options: SharedOptions) => testRules(dir, options, streams));
  withExamples(test, 'afterclick rules test ./crm-rules');
  const schema = rules
    .command('schema')
    .description('Print the JSON Schema of a rule, or of its tests, for editors; needs no server.')
    .option('--tests', 'of a file of tests: rules/NAME.test.yaml')
    .action(async ({ tests }: { readonly tests?: boolean }) => {
      const { ruleSchema } = await import('#domain/rules/schema/rule-schema.js');
      const { testSchema } = await import('#domain/rules/schema/test-schema.js');
      printJson(streams, tests ? testSchema() : ruleSchema());
    });
  withExamples(schema, 'afterclick rules schema > rule.schema.json');
  const diff = rules
    .command('diff')
    .description('Show what publishing a folder would change. Exit code 1 when live is not what the files say.')
    .argument('<dir>', 'folder with rules/*.yaml, templates/*.md, attributes.yaml', rulesRoot)
    .action((dir: string, options: SharedOptions) => diffRuleFiles(dir, options, streams));
  withExamples(withSharedOptions(diff), 'afterclick rules diff ./crm-rules');
  const publish = rules
    .command('publish')
    .description('Publish what changed in a folder of rules; with any problem all stays as it is.')
    .argument('<dir>', 'folder with rules/*.yaml, templates/*.md, attributes.yaml', rulesRoot)
    .option('--note <text>', 'why, kept with the versions')
    .option('--author <who>', 'who wrote it, kept with the versions; the API key’s name when left out')
    .option('--retire-missing', 'retire published rules that no file has')
    .option('--yes', 'publish also what would act on a large share of all contacts within a day')
    .action((dir: string, options: PublishOptions) => publishRules(dir, options, streams));
  withExamples(withSharedOptions(publish), 'afterclick rules publish ./crm-rules --note "pricing page moved"');
  const rollback = rules
    .command('rollback')
    .description('Put a rule back on an earlier version.')
    .argument('<rule>', 'name of the rule')
    .requiredOption('--to <version>', 'the version to go back to', wholeNumber(1, 1e9))
    .action((rule: string, options: RollbackOptions) => setVersion(rule, options.to, options, streams));
  withExamples(withSharedOptions(rollback), 'afterclick rules rollback hot-lead --to 2');
  const retire = rules
    .command('retire')
    .description('Take a rule out of force; its versions stay on record.')
    .argument('<rule>', 'name of the rule')
    .action((rule: string, options: SharedOptions) => setVersion(rule, null, options, streams));
  withExamples(withSharedOptions(retire), 'afterclick rules retire hot-lead');
}

async function listRules(options: SharedOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const rules = await api.get<Rules>('/v1/rules');
  if (options.json) return printJson(streams, rules);
  const columns = ['rule', 'version', 'on', 'fired', 'held', 'failed', 'effects', 'description'];
  printTable(streams, columns, rules.items.map(rowOf), ['description', 'rule']);
  for (const { name, suspended } of rules.items)
    if (suspended) printLine(streams, `\n${suspensionSaid(name, suspended)}`);
  if (rules.number !== null)
    printLine(streams, `\nPublication ${rules.number}, in force on ${rules.inForce} of ${rules.of} partitions.`);
}

function suspensionSaid(
  rule: string,
  { version, since, failures, reason, cure }: NonNullable<Rule['suspended']>,
): string {
  const why = reason === null ? '' : `  The last failure: ${oneLine(reason)}\n`;
  return `${rule} is suspended since ${since}: version ${version} failed ${failures} times that day.\n${why}  ${cure}`;
}

function rowOf({ name, state, version, on, counts, description }: Rule) {
  const held = Object.values(counts.held).reduce((sum, count) => sum + count, 0);
  return [name, version ?? state, on, counts.fired, held, counts.failed, counts.effects, description];
}

async function checkRules(dir: string, options: SharedOptions, streams: Streams): Promise<void> {
  const { rules, problems } = await check(await readRuleFiles(dir));
  if (options.json) printJson(streams, { ok: problems.length === 0, rules: rules.map(({ rule }) => rule), problems });
  else printProblems(dir, problems, streams);
  if (problems.length > 0) throw new CommandFailure(countOf(problems));
  if (!options.json)
    printLine(
      streams,
      `${rules.length === 1 ? '1 rule is' : `${rules.length} rules are`} good: ${rules.map(({ rule }) => rule).join(', ')}.`,
    );
}

async function checkLive(dir: string, options: SharedOptions, streams: Streams): Promise<void> {
  const files = Object.fromEntries((await readRuleFiles(dir)).map(({ path, text }) => [path, text]));
  const api = await connect(options);
  const checked = await api.send<RulesChecked>('POST', '/v1/rules/check', { files, reach: true });
  const { ok, rules, problems, reach } = checked;
  if (options.json) printJson(streams, checked);
  else printProblems(dir, problems, streams);
  if (!ok) throw new CommandFailure(countOf(problems));
  if (options.json) return;
  for (const one of reach)
    printLine(streams, `${one.rule} ${reachSaid(one)}${one.confirm ? ': publish it with --yes' : ''}`);
  printLine(streams, `${rules.length === 1 ? '1 rule is' : `${rules.length} rules are`} good: ${rules.join(', ')}.`);
}

async function check(files: readonly RuleFile[]) {
  const { readLibrary } = await import('#domain/rules/library.js');
  return readLibrary(files, { isTimeZone });
}

function countOf(problems: readonly RuleProblem[]): string {
  return problems.length === 1 ? '1 problem.' : `${problems.length} problems.`;
}

async function publishRules(dir: string, options: PublishOptions, streams: Streams): Promise<void> {
  const files = await readRuleFiles(dir);
  const { problems } = await check(files);
  if (problems.length > 0) {
    if (options.json) printJson(streams, { outcome: 'refused', problems });
    else printProblems(dir, problems, streams);
    throw new CommandFailure(`${countOf(problems)} Nothing was published; what was in force stays in force.`);
  }
  const { note, author, retireMissing, yes: confirm } = options;
  const api = await connect(options);
  const asked = {
    files: Object.fromEntries(files.map(({ path, text }) => [path, text])),
    note,
    author,
    retireMissing,
    confirm,
  };
  await told(api, await api.send<Published>('POST', '/v1/rules/publish', asked), options, streams);
}

async function setVersion(rule: string, version: number | null, options: SharedOptions, streams: Streams) {
  const api = await connect(options);
  const path = `/v1/rules/${encodeURIComponent(rule)}/rollback`;
  await told(api, await api.send<Published>('POST', path, { version }), options, streams);
}

/** Says what changed once it is in force everywhere, or how far it is when that takes long. */
async function told(api: ApiClient, published: Published, options: SharedOptions, streams: Streams): Promise<void> {
  const { inForce, of } = await settled(api, published);
  if (options.json) return printJson(streams, { ...published, inForce, of });
  if (published.outcome === 'unchanged') printLine(streams, 'Nothing changed.');
  for (const { rule, version, before } of published.changes)
    printLine(streams, `  ${rule}: ${before ?? 'new'} → ${version ?? 'retired'}`);
  if (published.number !== null)
    printLine(streams, `Publication ${published.number}, in force on ${inForce} of ${of} partitions.`);
}

async function settled(api: ApiClient, published: Published): Promise<Pick<Published, 'inForce' | 'of'>> {
  const deadline = performance.now() + IN_FORCE_MS;
  let now: Pick<Published, 'inForce' | 'of'> = published;
  while (published.number !== null && now.inForce < now.of && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    now = await api.get<Rules>('/v1/rules');
  }
  return now;
}
