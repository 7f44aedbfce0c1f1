/** `afterclick suppressions`: who may not be written to, and why. */
import type { Command } from 'commander';
import { connect } from '../connect.js';
import { type ListOptions, withExamples, withListOptions } from '../options.js';
import { printJson, printMore, printTable, type Streams } from '../output.js';
import { localTime } from '../text/time.js';

interface Options extends ListOptions {
  readonly all?: boolean;
  readonly scope?: string;
  readonly reason?: string;
}

interface Suppression {
  readonly contactId: string;
  readonly email: string | null;
  readonly scope: string;
  readonly reason: string;
  readonly since: string;
  readonly liftedAt: string | null;
}

export function addSuppressions(program: Command, streams: Streams): void {
  const suppressions = program.command('suppressions').description('Addresses that may not be written to.');
  const list = suppressions
    .command('list')
    .description('List the suppressions in force, newest first.')
    .option('--all', 'those that were lifted too')
    .option('--scope <scope>', 'only of this scope: all, group:ID or list:ID')
    .option('--reason <reason>', 'only for this reason: hard_bounce, complaint, unsubscribed, rule or command')
    .action(async (options: Options) => {
      const api = await connect(options);
      const query = { in_force: options.all ? undefined : true, scope: options.scope, reason: options.reason };
      const { items, more } = await api.list<Suppression>('/v1/suppressions', query, options.limit);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ contactId, email, scope, reason, since, liftedAt }) => [
        ...[contactId, email, scope, liftedAt === null ? reason : `${reason}, lifted`],
        localTime(since),
      ]);
      printTable(streams, ['contact', 'email', 'scope', 'reason', 'since'], rows, ['email', 'scope']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick suppressions list --reason complaint');
}
