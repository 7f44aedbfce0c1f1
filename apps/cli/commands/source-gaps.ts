/** `afterclick sources gaps`: times of which a source may not have told everything. */
import type { Command } from 'commander';
import { connect } from '../connect.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, printTable, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';
import { localTime } from '../text/time.js';

interface Options extends SharedOptions {
  readonly settle?: boolean;
}

interface Gap {
  readonly kind: string;
  readonly from: string;
  readonly to: string | null;
  readonly settledAt: string | null;
  readonly fill: string;
}

export function addGaps(sources: Command, streams: Streams): void {
  const gaps = sources
    .command('gaps')
    .description('Times of which a source may not have told everything, and the command that fills them.')
    .argument('<name|id>', 'the source')
    .option('--settle', 'those that are over are filled, or need nothing: no alarm of them any more')
    .action(async (which: string, options: Options) => {
      const api = await connect(options);
      const { id } = await sourceNamed(api, which);
      if (options.settle) {
        const { settled } = await api.send<{ settled: number }>('POST', `/v1/sources/${id}/gaps/settle`);
        if (options.json) return printJson(streams, { settled });
        return printLine(streams, settled === 1 ? 'One gap is settled.' : `${settled} gaps are settled.`);
      }
      const { items } = await api.get<{ items: readonly Gap[] }>(`/v1/sources/${id}/gaps`);
      if (options.json) return printJson(streams, items);
      const rows = items.map(({ kind, from, to, settledAt }) => [
        ...[kind, localTime(from), to === null ? 'lasts' : localTime(to)],
        settledAt === null ? 'open' : `settled ${localTime(settledAt)}`,
      ]);
      printTable(streams, ['kind', 'from', 'to', 'state'], rows);
      const [open] = items.filter((gap) => gap.settledAt === null);
      if (open) printLine(streams, `Fill it with what the provider exports: ${open.fill}`);
    });
  withExamples(withSharedOptions(gaps), 'afterclick sources gaps sendgrid');
}
