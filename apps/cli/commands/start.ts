/** `afterclick start`: the whole engine in one process, until it is told to stop. */
import { type Command, InvalidArgumentError } from 'commander';
import { configurationOf, type SharedOptions } from '../options.js';
import { printLine, type Streams } from '../output.js';

interface Options extends SharedOptions {
  readonly port?: number;
  readonly host?: string;
  readonly watchRules?: string;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError('a port is a whole number from 0 (any free one) to 65535');
  return value;
}

export function addStart(program: Command, streams: Streams): void {
  program
    .command('start')
    .description('Run everything in one process: ingest, rules, projection, delivery, API and pages.')
    .option('--port <port>', 'port of the HTTP server (PORT, default 8080)', port)
    .option('--host <address>', 'address to listen on (AFTERCLICK_HOST, default 127.0.0.1)')
    .option('--data <dir>', 'data folder (AFTERCLICK_DATA, default ./data)')
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
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once, for whoever cannot wait. */
function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const stop = (): void => {
      if (told) process.exit(130);
      told = true;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
