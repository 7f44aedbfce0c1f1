/** `start --watch-rules DIR`: publishes on save, for development. What is refused is said; the last good version stays in force. */
import { watch } from 'node:fs';
import type { Uuid } from '#contracts/ids.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { publishRules } from './publish-rules.js';

/** Editors save in several steps: what comes within this time is one save. */
const SETTLE_MS = 150;

/** Publishes `directory` now and after each save. Rejects when it is no directory. Returns how to end it. */
export async function watchRules(
  runtime: Runtime,
  workspaceId: Uuid,
  directory: string,
  published: () => void,
): Promise<() => Promise<void>> {
  const { logger } = runtime;
  const publishNow = async (): Promise<void> => {
    const files = await readRuleFiles(directory);
    const result = await publishRules({ ...runtime, published }, workspaceId, files, { note: 'on save' });
    if (result.outcome === 'refused')
      for (const { file, line, column, problem, cure } of result.problems)
        logger.warn(`${file}:${line}:${column}: ${problem}; ${cure}. The last good version stays in force.`);
    if (result.outcome === 'published')
      logger.info(
        `published ${result.publication.number}: ${result.changes.map(({ rule, version }) => `${rule} ${version ?? 'retired'}`).join(', ')}`,
      );
  };
  await publishNow();
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(directory, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(publishNow).catch((error: unknown) => logger.warn({ err: error }, 'publishing on save failed'));
    }, SETTLE_MS);
  });
  return async () => {
    watcher.close();
    clearTimeout(timer);
    await last;
  };
}
