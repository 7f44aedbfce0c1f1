/** `afterclick start`: the whole engine in one process, until it is told to stop. */
import type { Command } from 'commander';
import { configurationOf, type SharedOptions, wholeNumber, withDataOption, withExamples } from '../options.js';
import { printLine, type Streams } from '../output.js';

interface Options extends SharedOptions {
  readonly port?: number;
  readonly host?: string;
  readonly watchRules?: string;
}

export function addStart(program: Command, streams: Streams): void {
  const start = program
    .command('start')
    .description('Run everything in one process: ingest, rules, projection, delivery, API and pages.')
    .option('--port <port>', 'port of the HTTP server (PORT, default 8080; 0 is any free one)', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on (AFTERCLICK_HOST, default 127.0.0.1)')
    .option('--watch-rules <dir>', 'publish the rules of this folder whenever a file in it is saved')
    .action(async (options: Options) => {
      const configuration = configurationOf(options, {
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.host === undefined ? {} : { host: options.host }),
      });
      const { startStandalone } = await import('#apps/standalone/standalone.js');
      const { describeStart } = await import('#apps/standalone/describe-start.js');
      const standalone = await startStandalone(configuration, { watchRules: options.watchRules ?? null });
      printLine(streams, describeStart(standalone.where));
      await untilToldToStop();
      printLine(streams, 'Draining: finishing what is under way …');
      await standalone.stop();
      printLine(streams, 'Stopped. All data is kept.');
    });
  withExamples(withDataOption(start), 'afterclick start --port 9000 --watch-rules ./crm-rules');
}

/** A signal that reaches us both directly and through a launcher comes twice at once: that is one wish. */
const ONE_WISH_MS = 1_000;

/** Resolves at the first SIGINT or SIGTERM; a later one ends the process at once, for whoever cannot wait. */
function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | null = null;
    const stop = (): void => {
      if (toldAt !== null && Date.now() - toldAt > ONE_WISH_MS) process.exit(130);
      toldAt ??= Date.now();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
