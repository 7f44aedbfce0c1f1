/** Options that several commands share, and the configuration they make. */
import type { Command } from 'commander';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';

export interface SharedOptions {
  readonly data?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

/** `--data`, `--workspace`, `--json`. */
export function withSharedOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder of the instance (AFTERCLICK_DATA, default ./data)')
    .option('--workspace <name>', 'workspace to work on (AFTERCLICK_WORKSPACE, default demo)')
    .option('--json', 'print JSON');
}

/** Settings of the environment, with the command's options on top. Throws ConfigurationError. */
export function configurationOf(options: SharedOptions, more: Partial<Configuration> = {}): Configuration {
  return readConfiguration(process.env, {
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    ...more,
  });
}
