/** `afterclick rebuild all` as an operator runs it, beside what is under load. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Shape } from './shape.js';

/** A read model that grows all the time is caught up with, and the machine is busy. */
const LIMIT_MS = 120_000;

export interface Rebuilding {
  /** bin/afterclick.mjs of the build under test. */
  readonly program: string;
  readonly folder: string;
  readonly compareOnly?: boolean;
}

/** Null when it ended well; else what it said. */
export async function rebuild(
  { env }: Pick<Shape, 'env'>,
  { program, folder, compareOnly = false }: Rebuilding,
): Promise<string | null> {
  const data = join(folder, 'beside');
  mkdirSync(data, { recursive: true });
  const args = [program, 'rebuild', 'all', ...(compareOnly ? ['--compare-only'] : [])];
  try {
    await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, ...env, AFTERCLICK_DATA: data },
      timeout: LIMIT_MS,
    });
    return null;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    return `${args.slice(1).join(' ')}: ${message.split('\n')[0]} ${stdout.slice(-600)} ${stderr.slice(-600)}`;
  }
}
