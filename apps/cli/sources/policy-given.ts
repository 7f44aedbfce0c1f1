/** `--allow`, `--rate` … → what a source lets in, as the API takes it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { repeated, wholeNumber } from '../options.js';

export interface PolicyOptions {
  readonly allow?: readonly string[];
  readonly rate?: number;
  readonly burst?: number;
  readonly maxBody?: number;
  readonly actors?: 'derived' | 'as-said';
}

/** Names as the API has them, for `--clear`. */
export const POLICY_NAMES: readonly string[] = ['addresses', 'ratePerSecond', 'burst', 'maxBodyBytes', 'deriveActors'];

export function withPolicy(command: Command): Command {
  return command
    .option('--allow <address>', 'address or range that may send, or "published"; may be repeated', repeated)
    .option('--rate <n>', 'requests a second that are taken, for each process', positive)
    .option('--burst <n>', 'requests that may come at once', wholeNumber(1, 1_000_000))
    .option('--max-body <bytes>', 'largest body', wholeNumber(100, 67_108_864))
    .addOption(
      new Option('--actors <how>', 'who opened and clicked: derived by rules of ours, or as the provider says').choices(
        ['derived', 'as-said'],
      ),
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 100_000) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** Undefined where nothing was given. */
export function policyGiven(options: PolicyOptions): Readonly<Record<string, unknown>> | undefined {
  const { allow, rate, burst, maxBody, actors } = options;
  const policy = {
    ...(allow === undefined ? {} : { addresses: allow }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    ...(burst === undefined ? {} : { burst }),
    ...(maxBody === undefined ? {} : { maxBodyBytes: maxBody }),
    ...(actors === undefined ? {} : { deriveActors: actors === 'derived' }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}
