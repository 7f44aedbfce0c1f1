/** `afterclick sources set`: how a source is verified and what it lets in. */
import type { Command } from 'commander';
import type { Source } from '../answers.js';
import { connect } from '../connect.js';
import { UsageError } from '../failure.js';
import { repeated, type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';
import { POLICY_NAMES, type PolicyOptions, policyGiven, withPolicy } from '../sources/policy-given.js';
import { SETTING_NAMES, settingsGiven } from '../sources/settings-given.js';

interface SetOptions extends SharedOptions, PolicyOptions {
  readonly scheme?: string;
  readonly set?: readonly string[];
  readonly clear?: readonly string[];
}

type Change = Readonly<Record<string, unknown>>;

export function addSet(sources: Command, streams: Streams): void {
  const command = sources
    .command('set')
    .description('Change how a source is verified and what it lets in.')
    .argument('<name|id>', 'the source')
    .option('--scheme <scheme>', 'how requests are verified; "none" declares it unsigned on purpose')
    .option('--set <name=value>', `a setting, may be repeated: ${SETTING_NAMES.join(', ')}`, repeated)
    .option('--clear <name>', `a setting, or one of ${POLICY_NAMES.join(', ')}; may be repeated`, repeated)
    .action(async (which: string, options: SetOptions) => {
      const change = changeOf(options);
      const api = await connect(options);
      const { id, version } = await sourceNamed(api, which);
      const changed = await api.send<Source>('PATCH', `/v1/sources/${id}`, change, { 'if-match': `"${version}"` });
      if (options.json) return printJson(streams, changed);
      printLine(streams, `Source ${changed.name} is changed; it is verified by ${changed.scheme}.`);
    });
  withExamples(
    withSharedOptions(withPolicy(command)),
    'afterclick sources set mail --allow published --rate 50',
    'afterclick sources set website --clear addresses --set prefix=sha256=',
    'afterclick sources set test --scheme none',
  );
}

function changeOf(options: SetOptions): Change {
  const cleared = (options.clear ?? []).map((name) => [name, null] as const);
  const unknown = cleared.find(([name]) => !POLICY_NAMES.includes(name) && !CLEARABLE.includes(name));
  if (unknown)
    throw new UsageError(`--clear ${unknown[0]}: expected one of ${[...CLEARABLE, ...POLICY_NAMES].join(', ')}.`);
  const settings = together(
    settingsGiven(options.set),
    cleared.filter(([name]) => CLEARABLE.includes(name)),
  );
  const policy = together(
    policyGiven(options),
    cleared.filter(([name]) => POLICY_NAMES.includes(name)),
  );
  const change = {
    ...(options.scheme === undefined ? {} : { scheme: options.scheme }),
    ...(settings === undefined ? {} : { settings }),
    ...(policy === undefined ? {} : { policy }),
  };
  if (Object.keys(change).length === 0) throw new UsageError('There is nothing to change: see --help.');
  return change;
}

const CLEARABLE = SETTING_NAMES.map((name) => name.replace(/\..*$/, ''));

function together(given: Change | undefined, cleared: readonly (readonly [string, null])[]): Change | undefined {
  return given === undefined && cleared.length === 0 ? undefined : { ...Object.fromEntries(cleared), ...given };
}
