/** The main program of a service: settings from the environment, a drain at SIGTERM, its end told by the exit code. */
import { MasterKeyError } from '#adapters/keys/master-key.js';
import { readConfiguration } from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/setting.js';
import { createLogger } from '../logging/logger.js';
import { type Service, startService } from './service.js';

/** Exit code of a start that is refused: waiting or starting again does not help. */
const REFUSED = 2;

/**
 * Runs until SIGTERM or SIGINT (exit code 0 after the drain; a second one ends it at once), or until the process that holds its
 * channel is gone. A wrong setting ends it with code 2 and one line.
 */
export async function runService(service: Service<{ close(): Promise<void> }>): Promise<void> {
  const stop = untilToldToStop();
  try {
    const configuration = readConfiguration(process.env);
    const logger = createLogger(configuration.logLevel).child({ service: service.name });
    const running = await startService(service, configuration, logger, stop);
    logger.info({ url: running.url }, 'started');
    await aborted(stop);
    logger.info('draining: finishing what is under way');
    await running.stop();
    logger.info('stopped');
    process.exit(0);
  } catch (error) {
    if (stop.aborted && error === stop.reason) process.exit(0);
    const refused = error instanceof ConfigurationError || error instanceof MasterKeyError;
    process.stderr.write(`${service.name}: ${refused ? error.message : textOf(error)}\n`);
    process.exit(refused ? REFUSED : 1);
  }
}

function untilToldToStop(): AbortSignal {
  const told = new AbortController();
  const stop = (): void => {
    if (told.signal.aborted) process.exit(130);
    told.abort(new Error('told to stop'));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  // Under a launcher, which holds this channel: if it is killed outright, stop in order instead of living on alone.
  process.channel?.unref();
  process.once('disconnect', stop);
  return told.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
