import { join } from 'node:path';
import { root } from './house.mjs';

const bin = (...path) => join(root, 'node_modules', ...path);
const minutes = 60_000;

const jest = (project, workers, limit) => ({
  name: project,
  limit,
  json: true,
  args: [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    bin('jest', 'bin', 'jest.js'),
    '--selectProjects',
    project,
    '--passWithNoTests',
    `--maxWorkers=${workers}`,
    '--forceExit',
  ],
});

const check = (name, limit, ...args) => ({ name, limit, json: false, args });

/** What `npm test` runs, in order. A check counts as one test; `limit` (ms) ends a lane that hangs. */
export const lanes = [
  check('lint', 3 * minutes, bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'),
  check('types', 5 * minutes, bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit'),
  check(
    'depcruise',
    3 * minutes,
    bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'apps',
    'libs',
  ),
  jest('unit', 2, 10 * minutes),
  jest('properties', 2, 12 * minutes),
  jest('integration', 2, 15 * minutes),
  jest('kafka', 1, 15 * minutes),
  jest('e2e', 1, 20 * minutes),
];
