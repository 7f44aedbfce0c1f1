/** The command line of the benches: `NAME [--events N] [--contacts N] [--rules N] [--log postgres|kafka] [--profile DIR]`. */
import { parseArgs } from 'node:util';

export const NAMES = [
  'ingest',
  'pipeline',
  'latency',
  'providers',
  'rebuild',
  'overload',
  'reads',
  'rules',
  'timers',
] as const;
export type BenchName = (typeof NAMES)[number];

export type LogName = 'postgres' | 'kafka';

export interface Options {
  readonly name: BenchName;
  readonly log: LogName;
  /** Events of one run; null: the bench's own number. */
  readonly events: number | null;
  /** Contacts on record (`reads`); null: the bench's own number. */
  readonly contacts: number | null;
  /** Rules beside the demo's (`pipeline`): it is run with and without them; null: without. */
  readonly rules: number | null;
  /** Folder for CPU profiles of the engine's process; null: none are taken. */
  readonly profile: string | null;
}

export const USAGE = `npm run bench -- ${NAMES.join('|')} [--events N] [--contacts N] [--rules N] [--log postgres|kafka] [--profile DIR]`;

/** Throws with the reason on an unknown bench, option or log. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      events: { type: 'string' },
      contacts: { type: 'string' },
      rules: { type: 'string' },
      log: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const [name, ...more] = positionals;
  if (!isName(name) || more.length > 0) throw new Error(USAGE);
  const { log = 'postgres' } = values;
  if (log !== 'postgres' && log !== 'kafka') throw new Error(`--log ${log}: it is postgres or kafka`);
  const events = countGiven('events', values.events);
  const rules = countGiven('rules', values.rules);
  if (rules !== null && log === 'kafka') throw new Error('--rules is measured on the Postgres log: leave --log out');
  return {
    name,
    log,
    events,
    contacts: countGiven('contacts', values.contacts),
    rules,
    profile: values.profile ?? null,
  };
}

function countGiven(option: string, given: string | undefined): number | null {
  const count = given === undefined ? null : Number(given);
  if (count !== null && !(Number.isInteger(count) && count >= 100))
    throw new Error(`--${option} is a whole number from 100`);
  return count;
}

function isName(name: string | undefined): name is BenchName {
  return NAMES.some((one) => one === name);
}
