/** The child process of one import: told over IPC what to run and on what; ends with it, or with its parent. */

import type { TakenImport } from '#adapters/postgres/imports/import-runs.js';
import { wishContextOf } from '#apps/api/declarations/declarations.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { openRuntime } from '#platform/runtime/runtime.js';

import { runTaken } from './run.js';

export interface ImportOrder {
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  readonly taken: TakenImport;
}

const stop = new AbortController();
// A signal of the terminal reaches us too: it is the parent who decides, and tells us.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stop.abort(new Error('told to stop')));
// Whoever takes the import next must not find us still at it.
process.on('disconnect', () => process.exit(1));

process.once('message', (order: ImportOrder) => {
  run(order).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

async function run({ configuration, databaseUrl, taken }: ImportOrder): Promise<void> {
  const logger = createLogger(configuration.logLevel);
  try {
    const runtime = await openRuntime(configuration, { url: databaseUrl }, logger);
    await runTaken(
      { ...runtime, logger, declared: (workspaceId) => wishContextOf(runtime.pool, workspaceId) },
      taken,
      stop.signal,
    ).finally(() => runtime.close());
  } catch (error) {
    logger.error({ err: error, importId: taken.id }, 'an import could not go on: it is tried again');
    throw error;
  }
}
