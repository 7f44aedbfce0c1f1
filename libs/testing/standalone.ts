/** A real standalone in this process, on a data folder of its own that ends with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Standalone, startStandalone } from '#apps/standalone/standalone.js';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'afterclick-data-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** On any free port; says nothing. */
export function startQuietly(dataDir: string, settings: Partial<Configuration> = {}): Promise<Standalone> {
  const configuration = readConfiguration({}, { port: 0, dataDir, ...settings });
  return startStandalone(configuration, { watchRules: null, logger: createLogger('silent') });
}
