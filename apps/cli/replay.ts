/** One workspace's read models and contact states, replayed from the record. */
import { PostgresRecordReader } from '#adapters/postgres/event-store/record-reader.js';
import { PostgresContactKeys } from '#adapters/postgres/keys/contact-keys.js';
import {
  type ReplayReport as ReadModelsReport,
  replayReadModels,
} from '#adapters/postgres/read-models/replay/replay.js';
import type { Workspace } from '#adapters/postgres/registry/workspaces.js';
import { PostgresRulesRegistry } from '#adapters/postgres/rules/registry.js';
import { contactDecider } from '#domain/contact/decider.js';
import { compileRules, type RuleSource } from '#domain/rules/compile.js';
import { replayContacts, type ReplayReport as StatesReport } from '#engine/decision/replay.js';
import { RulesInForce } from '#engine/decision/rules-in-force.js';
import { RulesTimeline } from '#engine/decision/rules-timeline.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { OwnDatabase } from './database.js';

export interface WorkspaceReplay {
  /** Its name. */
  readonly workspace: string;
  readonly readModels: ReadModelsReport;
  readonly states: StatesReport;
}

export interface ReplayOptions {
  /** Compares and changes nothing. */
  readonly verify: boolean;
  readonly signal: AbortSignal;
  /** Told how far it is, often. */
  readonly say: (text: string) => void;
}

/** May run while the engine works: both replays fence themselves against it. */
export async function replayWorkspace(
  { pool, masterKey }: OwnDatabase,
  { id, name }: Workspace,
  { verify, signal, say }: ReplayOptions,
): Promise<WorkspaceReplay> {
  const keys = new ContactKeyCache(masterKey);
  const registry = new PostgresRulesRegistry(pool);
  const rules = new RulesInForce(registry, (sources) => compileRules(sources as readonly RuleSource[]));
  const states = await replayContacts(
    {
      reader: new PostgresRecordReader(pool),
      decider: contactDecider,
      timeline: new RulesTimeline(registry, rules),
      keys,
    },
    id,
    {
      rebuild: !verify,
      onProgress: (contacts) => {
        signal.throwIfAborted();
        say(`${name}: states of ${contacts} contacts`);
      },
    },
  );
  const readModels = await replayReadModels(pool, new PostgresContactKeys(pool, keys), {
    workspaceId: id,
    verify,
    signal,
    onProgress: ({ contacts, totalContacts, events }) =>
      say(`${name}: read models of ${contacts} of ${totalContacts} contacts, ${events} events`),
  });
  return { workspace: name, readModels, states };
}
