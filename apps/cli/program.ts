/** The command line's table of contents: one file a command under commands/, loaded when it is used. */
import { Command } from 'commander';
import { addDemo } from './commands/demo.js';
import { addNormalize } from './commands/normalize.js';
import { addStart } from './commands/start.js';
import type { Streams } from './output.js';

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
  for (const add of [addStart, addDemo, addNormalize]) add(program, streams);
  return program;
}
