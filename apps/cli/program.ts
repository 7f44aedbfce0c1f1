/** The command line's table of contents: one file a command under commands/, which loads what it needs when it runs. */
import { Command } from 'commander';
import { addAttributes } from './commands/attributes.js';
import { addContacts } from './commands/contacts.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDeliveries, addQuarantine } from './commands/deliveries.js';
import { addDemo } from './commands/demo.js';
import { addHealth } from './commands/health.js';
import { addKeys } from './commands/keys.js';
import { addNormalize } from './commands/normalize.js';
import { addNotifications } from './commands/notifications.js';
import { addParked } from './commands/parked.js';
import { addRebuild } from './commands/rebuild.js';
import { addReplay } from './commands/replay.js';
import { addRules } from './commands/rules.js';
import { addSegments } from './commands/segments.js';
import { addSources } from './commands/sources.js';
import { addStart } from './commands/start.js';
import { addSuppressions } from './commands/suppressions.js';
import { addTeams } from './commands/teams.js';
import { addTopics } from './commands/topics.js';
import { addWebhook } from './commands/webhook.js';
import { addWebhooks } from './commands/webhooks.js';
import { addWhy } from './commands/why.js';
import { addWorkspaces } from './commands/workspaces.js';
import type { Streams } from './output.js';

const COMMANDS = [
  addStart,
  addDemo,
  addHealth,
  addWorkspaces,
  addKeys,
  addSources,
  addDeliveries,
  addQuarantine,
  addWebhook,
  addWebhooks,
  addNormalize,
  addContacts,
  addAttributes,
  addTeams,
  addNotifications,
  addSuppressions,
  addWhy,
  addRules,
  addSegments,
  addDeadLetters,
  addParked,
  addReplay,
  addRebuild,
  addTopics,
];

export function createProgram(streams: Streams): Command {
  const program = new Command('afterclick')
    .description('Afterclick: what happens after an e-mail is sent becomes what your company does next.')
    .version('0.1.0')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
    })
    .showHelpAfterError('(add --help for the ways to use it)');
  for (const add of COMMANDS) add(program, streams);
  return program;
}
