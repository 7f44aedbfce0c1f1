/** Publishing rules: the language of the domain and the publications of the engine, with what the process has at hand. */
import { PostgresPublications } from '#adapters/postgres/rules/publications.js';
import type { Uuid } from '#contracts/ids.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import type { Log } from '#engine/log/log.js';
import {
  type Published,
  type PublishingParts,
  type PublishOptions,
  type RuleFile,
} from '#engine/publishing/publish.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { publishLibrary } from './publish-library.js';

export interface Publishing extends Pick<Runtime, 'pool' | 'outbox' | 'topics' | 'clock'> {
  readonly log: Pick<Log, 'partitions'>;
  /** Told after a commit: wakes the relay of this process, if it runs one. */
  readonly published?: () => void;
}

export function publishingParts(process: Publishing): PublishingParts {
  const { pool, outbox, topics, log, clock, published } = process;
  return {
    publications: new PostgresPublications(pool, outbox),
    topic: topics.engagements,
    partitions: log.partitions(topics.engagements),
    now: clock,
    ...(published === undefined ? {} : { published }),
  };
}

/** Publishes what changed in `files`; with any problem in any of them all stays as it is. */
export function publishRules(
  process: Publishing,
  workspaceId: Uuid,
  files: readonly RuleFile[],
  options: PublishOptions = {},
): Promise<Published<RuleProblem>> {
  return publishLibrary(process.pool, publishingParts(process), workspaceId, files, options);
}
