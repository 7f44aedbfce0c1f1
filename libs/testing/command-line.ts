/** The command line as a user has it, in this process: what it wrote to either stream, and its exit code. */
import { Writable } from 'node:stream';
import { runCommandLine } from '#apps/cli/command-line.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Collects what is written to it. */
export class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs one command line, as given after `afterclick`. */
export async function afterclick(...args: readonly string[]): Promise<Ran> {
  const [out, err] = [new Collected(), new Collected()];
  const code = await runCommandLine(args, { out, err });
  return { code, out: out.text, err: err.text };
}

/** Runs `work` with these variables of the environment, undefined for unset, and puts back what was there. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  change(Object.entries(variables));
  try {
    return await work();
  } finally {
    change(before);
  }
}

function change(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
