/** All migrations in order. A new one is a new numbered file and a line here; a released one is never changed. */
import * as log from './0001-log.js';
import * as registry from './0002-registry.js';
import * as engine from './0003-engine.js';
import * as deliveries from './0004-deliveries.js';
import * as read from './0005-read.js';
import * as kafka from './0006-kafka.js';
import * as sourcePolicy from './0007-source-policy.js';
import * as generations from './0008-generations.js';
import * as engagementView from './0009-engagement-view.js';
import * as contactWrites from './0012-contact-writes.js';
import * as idempotency from './0013-idempotency.js';
import * as changes from './0014-changes.js';
import * as webhooks from './0015-webhooks.js';
import * as imports from './0016-imports.js';
import * as search from './0017-search.js';
import * as gaps from './0018-gaps.js';
import * as replayClaims from './0021-replay-claims.js';
import * as effectShares from './0022-effect-shares.js';
import * as heldWorkspaces from './0029-held-workspaces.js';
import * as mergedContacts from './0030-merged-contacts.js';
import * as ruleDrafts from './0031-rule-drafts.js';
import * as timers from './0032-timers.js';
import * as importedCounts from './0034-imported-counts.js';
import * as intakes from './0035-intakes.js';
import * as scoreToday from './0036-score-today.js';
import * as timerFired from './0039-timer-fired.js';
import * as scoreOfMerged from './0040-score-of-merged.js';
import * as sequences from './0041-sequences.js';

export interface Migration {
  readonly name: string;
  readonly up: string;
}

export const MIGRATIONS: readonly Migration[] = [
  log,
  registry,
  engine,
  deliveries,
  read,
  kafka,
  sourcePolicy,
  generations,
  engagementView,
  contactWrites,
  idempotency,
  changes,
  webhooks,
  imports,
  search,
  gaps,
  replayClaims,
  effectShares,
  heldWorkspaces,
  mergedContacts,
  ruleDrafts,
  timers,
  importedCounts,
  intakes,
  scoreToday,
  timerFired,
  sequences,
  scoreOfMerged,
];
