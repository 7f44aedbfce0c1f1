/** `afterclick rebuild timers`: what the contacts of all workspaces wait for, armed again where it is missing. */
import { CommandFailure } from './failure.js';
import type { SharedOptions } from './options.js';
import { printJson, printLine, printProgress, type Streams, seldom } from './output.js';

export async function rebuildTimersOf(
  options: SharedOptions & { readonly compareOnly?: boolean },
  streams: Streams,
): Promise<void> {
  const { withDatabase } = await import('./database.js');
  const { PostgresRecordReader } = await import('#adapters/postgres/event-store/record-reader.js');
  const { listWorkspaces } = await import('#adapters/postgres/registry/workspaces.js');
  const { rearm } = await import('#adapters/postgres/timers/rearm.js');
  const { contactDecider } = await import('#domain/contact/decider.js');
  const { ContactKeyCache } = await import('#engine/sealing/contact-key-cache.js');
  const { rebuildTimers } = await import('#engine/timers/rebuild-timers.js');
  const dry = options.compareOnly ?? false;
  const say = seldom((text) => printProgress(streams, text));
  const reports = await withDatabase(options, streams, async ({ pool, masterKey }) => {
    const parts = {
      reader: new PostgresRecordReader(pool),
      decider: contactDecider,
      keys: new ContactKeyCache(masterKey),
      arm: (timers: Parameters<typeof rearm>[1]) => rearm(pool, timers, dry),
    };
    const found = [];
    for (const { id, name } of await listWorkspaces(pool)) {
      const onProgress = (contacts: number) => say(`${name}: states of ${contacts} contacts`);
      found.push({ workspace: name, ...(await rebuildTimers({ ...parts, onProgress }, id)) });
    }
    return found;
  });
  if (options.json) printJson(streams, reports);
  else
    for (const { workspace, contacts, timers, missing } of reports)
      printLine(
        streams,
        `${workspace}: ${contacts} contacts wait for ${timers} times; ${missing} ${dry ? 'are missing' : 'were armed again'}.`,
      );
  if (dry && reports.some(({ missing }) => missing > 0))
    throw new CommandFailure('Timers are missing. To put them right: afterclick rebuild timers');
}
