/** `npm run bench -- NAME`: a table on stdout, progress on stderr, the figures as one line of JSON at the end. */
import { ingest } from './ingest/ingest.js';
import { latency } from './latency/latency.js';
import { type BenchName, type Options, readOptions } from './options.js';
import { overload } from './overload/overload.js';
import { pipeline } from './pipeline/pipeline.js';
import { providers } from './providers/providers.js';
import { reads } from './reads/reads.js';
import { rebuild } from './rebuild/rebuild.js';
import { print, progress, type Report, rounded } from './report/report.js';
import { rules } from './rules/rules.js';
import { timers } from './timers/timers.js';

const BENCHES: Readonly<Record<BenchName, (options: Options) => Promise<Report>>> = {
  ingest,
  latency,
  overload,
  pipeline,
  providers,
  reads,
  rebuild,
  rules,
  timers,
};

/** What these measure lies before the log or behind it. */
const WITHOUT_LOG: Readonly<Partial<Record<BenchName, string>>> = {
  rules: 'rules are asked in memory',
  providers: 'reading a request is over before anything is appended',
  rebuild: 'a read model is rebuilt from the record in Postgres, whichever log carried it there',
  timers: 'what is due is taken from Postgres and put into its outbox, whichever log comes after it',
  reads: 'the CRM reads from Postgres, whichever log filled it',
};

function whereTheLogPlaysNoPart({ name, log }: Options): Report['rows'] {
  const why = WITHOUT_LOG[name];
  return log === 'kafka' && why !== undefined ? [['log', `kafka plays no part here: ${why}`]] : [];
}

try {
  const options = readOptions(process.argv.slice(2));
  const { bench, figures, rows } = await BENCHES[options.name](options);
  print({ bench, figures: rounded(figures), rows: [...rows, ...whereTheLogPlaysNoPart(options)] });
} catch (error) {
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
