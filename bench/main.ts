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

const BENCHES: Readonly<Record<BenchName, (options: Options) => Promise<Report>>> = {
  ingest,
  latency,
  overload,
  pipeline,
  providers,
  reads,
  rebuild,
};

try {
  const options = readOptions(process.argv.slice(2));
  const report = await BENCHES[options.name](options);
  print({ ...report, figures: rounded(report.figures) });
} catch (error) {
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
