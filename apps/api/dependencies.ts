/** What the API needs of the process it runs in. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Log } from '#engine/log/log.js';
import type { ContactKeys, MasterKey, WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import type { Watched } from '#platform/health/watched.js';
import type { ImportRunner } from './imports/import-runner.js';

export interface ApiDependencies {
  readonly pool: Pool;
  readonly log: Log;
  readonly masterKey: MasterKey;
  readonly workspaceKeys: WorkspaceKeys;
  readonly contactKeys: ContactKeys;
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Topic of all inputs, with the generation that is consumed now; `engagements.g1` when left out. */
  readonly engagements?: () => string;
  /** Consumers and workers of this process, for readiness, lag and the health page; none when left out. */
  readonly watched?: Watched;
  /** Runs imports that are due; none where left out: they wait for a process that does. */
  readonly importRunner?: ImportRunner;
  /** Webhooks may go to this very machine; not when left out. */
  readonly loopbackWebhooks?: boolean;
  /** Called after rules were published: wakes the relay that carries the publication to the log. */
  readonly published?: () => void;
  /** The process's metrics, when others add to them too; an own registry when left out. */
  readonly metrics?: Registry;
}

/** Tokens under which parts of the dependencies are injected. */
export const POOL = Symbol('Pool');
export const LOG = Symbol('Log');
export const MASTER_KEY = Symbol('MasterKey');
export const WORKSPACE_KEYS = Symbol('WorkspaceKeys');
export const CONTACT_KEYS = Symbol('ContactKeys');
export const CONFIGURATION = Symbol('Configuration');
export const LOGGER = Symbol('Logger');
export const CLOCK = Symbol('clock');
/** Where webhooks may go. */
export const WEBHOOK_POLICY = Symbol('address policy of webhooks');
export const METRICS = Symbol('metrics registry');
/** Inputs are addressed to it; they go to its newest generation. */
export const ENGAGEMENTS = Symbol('topic of inputs');
export const IMPORT_RUNNER = Symbol('runner of imports');
export const PUBLISHING = Symbol('parts of publishing');
