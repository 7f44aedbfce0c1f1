/** How a service of Afterclick starts on its own, and stops: the same for ingest, rules, projection, delivery and api. */
import type { Logger } from 'pino';
import { WorldError } from '#engine/log/errors.js';
import { BACKOFF, pause, pauseMs } from '#engine/log/pause.js';
import type { Configuration } from '../configuration/configuration.js';
import { assertMayListen, tlsFiles } from './http-server.js';
import { listen, type Served } from './listen.js';
import { assertPortIsFree } from './port.js';
import { Undo } from './undo.js';
import { openWaitingRoom } from './waiting-room.js';

export interface Service<Opened extends { close(): Promise<void> }> {
  /** One word, shown in each line of its log. */
  readonly name: string;
  /** Opens what it stands on. Rejects with WorldError while that is away: then it is tried again. */
  open(configuration: Configuration, logger: Logger): Promise<Opened>;
  /** Puts the service together; what is to be ended with it is added to `undo`. */
  compose(opened: Opened, undo: Undo): Promise<Served>;
}

export interface RunningService {
  /** Address of its HTTP server, without a slash at the end. */
  readonly url: string;
  /** Stops in order: no new requests, running batches and attempts end, then what it stands on is closed. */
  stop(): Promise<void>;
}

/**
 * Starts the service. While the database or the log is away it waits for them, alive and not ready, until `signal` is aborted (then
 * it rejects with the signal's reason). Rejects at once with what no waiting cures: a wrong setting, topics that do not fit.
 */
export async function startService<Opened extends { close(): Promise<void> }>(
  service: Service<Opened>,
  configuration: Configuration,
  logger: Logger,
  signal: AbortSignal,
): Promise<RunningService> {
  const { host, port } = configuration;
  assertMayListen(configuration);
  await assertPortIsFree(host, port);
  const undo = new Undo();
  try {
    for (;;) {
      const served = await whenTheWorldIsThere(configuration, logger, signal, async () => {
        const opened = await service.open(configuration, logger);
        undo.add(() => opened.close());
        try {
          return await service.compose(opened, undo);
        } catch (error) {
          await undo.run();
          throw error;
        }
      });
      try {
        const url = await listen(served, configuration, logger, undo);
        return { url, stop: () => undo.run() };
      } catch (error) {
        if (!(error instanceof WorldError)) throw error;
        logger.warn({ err: error }, 'the database or the log went away during the start; it is begun anew');
        await undo.run();
      }
    }
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function whenTheWorldIsThere<T>(
  configuration: Configuration,
  logger: Logger,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const { host, port } = configuration;
  const room = await openWaitingRoom(port, host, tlsFiles(configuration));
  try {
    for (let failures = 0; ; failures += 1) {
      signal.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof WorldError)) throw error;
        room.because(`It waits for what it stands on: ${error.message}.`);
        if (failures === 0) logger.warn({ err: error }, 'the database or the log is away; the start is tried again');
      }
      await pause(pauseMs(BACKOFF, failures), signal);
    }
  } finally {
    await room.close();
  }
}
