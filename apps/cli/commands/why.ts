/** `afterclick why EFFECT`: how an effect came about, from the provider's request to what became of it. */
import type { Command } from 'commander';
import type { Why } from '../answers.js';
import { connect } from '../connect.js';
import { checkedId } from '../find-contact.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';
import { storyOf } from '../text/story.js';

export function addWhy(program: Command, streams: Streams): void {
  const why = program
    .command('why')
    .description('Tell why an effect came about: request, engagement, rule version, values seen, effect, outcomes.')
    .argument('<effect>', 'id of the effect, as the inbox, a timeline or a webhook has it')
    .action(async (effect: string, options: SharedOptions) => {
      const api = await connect(options);
      const told = await api.get<Why>(`/v1/effects/${checkedId(effect, 'an effect')}/why`);
      if (options.json) return printJson(streams, told);
      for (const line of storyOf(told)) printLine(streams, line);
    });
  withExamples(withSharedOptions(why), 'afterclick why 0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091');
}
