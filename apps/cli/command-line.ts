/** Runs one command line and answers its exit code: 0 done, 1 failed, 2 wrong use. */
import { CommanderError } from 'commander';
import { failureOf } from './failure.js';
import type { Streams } from './output.js';
import { createProgram } from './program.js';

export async function runCommandLine(args: readonly string[], streams: Streams): Promise<0 | 1 | 2> {
  try {
    await createProgram(streams).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { code, message } = failureOf(error);
    streams.err.write(`${message}\n`);
    return code;
  }
}
