/** `afterclick notifications`: the inbox of sales. */
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import type { Notification } from '../answers.js';
import { connect } from '../connect.js';
import { checkedId } from '../find-contact.js';
import { type ListOptions, type SharedOptions, withExamples, withListOptions, withSharedOptions } from '../options.js';
import { printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { localTime } from '../text/time.js';

interface InboxOptions extends ListOptions {
  readonly state?: string;
}
interface ByOptions extends SharedOptions {
  readonly by: string;
}
/** The command is durable, and its outcome not seen yet. */
interface Pending {
  readonly state: 'pending';
}

export function addNotifications(program: Command, streams: Streams): void {
  const inbox = program.command('notifications').description('The inbox of sales: list it, take one, mark one done.');
  const list = inbox
    .command('list')
    .description('List the inbox, newest first.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(['open', 'taken', 'done']))
    .action(async (options: InboxOptions) => {
      const api = await connect(options);
      const { items, more } = await api.list<Notification>(
        '/v1/notifications',
        { state: options.state },
        options.limit,
      );
      if (options.json) return printJson(streams, items);
      printTable(streams, ['id', 'state', 'title', 'by', 'opened'], items.map(rowOf), ['title', 'by']);
      printMore(streams, items.length, more);
    });
  withExamples(withListOptions(list), 'afterclick notifications list --state open');
  addCommand(inbox, 'take', 'Take a notification: it is yours to follow up.', 'is taken', streams);
  addCommand(inbox, 'done', 'Mark a notification done.', 'is done', streams);
}

function addCommand(inbox: Command, name: 'take' | 'done', what: string, now: string, streams: Streams): void {
  const command = inbox
    .command(name)
    .description(what)
    .argument('<id>', 'id of the notification')
    .option('--by <who>', 'who does it: a name or an address', userInfo().username)
    .action(async (id: string, options: ByOptions) => {
      const api = await connect(options);
      const path = `/v1/notifications/${checkedId(id, 'a notification')}/${name}`;
      const answer = await api.send<Notification | Pending>('POST', path, { by: options.by });
      if (options.json) return printJson(streams, answer);
      const pending = answer.state === 'pending';
      printLine(
        streams,
        pending ? `It is stored and will show in a moment.` : `${titleOf(answer)} ${now} by ${options.by}.`,
      );
    });
  withExamples(
    withSharedOptions(command),
    `afterclick notifications ${name} 0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091 --by sam@sales.example.com`,
  );
}

function titleOf(answer: Notification | Pending): string {
  return 'title' in answer && answer.title !== null ? `"${answer.title}"` : 'The notification';
}

function rowOf({ effectId, state, title, takenBy, doneBy, openedAt }: Notification) {
  return [effectId, state, title, doneBy ?? takenBy, localTime(openedAt)];
}
