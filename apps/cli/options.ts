/** Options that several commands share, and the configuration they make. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';
import type { Instance } from '#platform/runtime/instance-file.js';

export interface SharedOptions {
  readonly data?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export interface ListOptions extends SharedOptions {
  readonly limit: number;
}

const LISTED = 50;
const MOST = 1_000_000;

export function withDataOption(command: Command): Command {
  return command.option('--data <dir>', 'data folder of the instance (AFTERCLICK_DATA, default ./data)');
}

/** `--data`, `--workspace`, `--json`. */
export function withSharedOptions(command: Command): Command {
  return withDataOption(command)
    .option('--workspace <name>', 'workspace to work on (AFTERCLICK_WORKSPACE, default the one that was started)')
    .option('--json', 'print JSON');
}

/** The shared ones and `--limit`. */
export function withListOptions(command: Command): Command {
  return withSharedOptions(command).option('--limit <n>', 'most to show', wholeNumber(1, MOST), LISTED);
}

/** Examples at the end of a command's help. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const [one] = lines.length === 1 ? ['Example'] : ['Examples'];
  return command.addHelpText('after', `\n${one}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** Reads a whole number of a command line; another text is refused with the range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text.trim()) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Collects an option that may be repeated. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Settings of the environment, with the command's options on top. Throws ConfigurationError. */
export function configurationOf(options: SharedOptions, more: Partial<Configuration> = {}): Configuration {
  return readConfiguration(process.env, {
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    ...more,
  });
}

/** What the option or the environment names, else the one that the instance was started on. */
export function workspaceFor(options: SharedOptions, instance: Instance | null): string {
  const told = process.env['AFTERCLICK_WORKSPACE'] === undefined ? undefined : configurationOf(options).workspace;
  return options.workspace ?? told ?? instance?.workspace.name ?? configurationOf(options).workspace;
}
