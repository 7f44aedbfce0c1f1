/** A directory published whole: what attributes.yaml and teams.yaml declare, then the rules that were checked against it. */
import type { Pool } from '#adapters/postgres/pool.js';
import { saveTeams } from '#adapters/postgres/registry/teams.js';
import { DeclarationRefused, declareAttributes, libraryContextOf } from '#apps/api/declarations/declarations.js';
import type { Uuid } from '#contracts/ids.js';
import { readLibrary } from '#domain/rules/library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import {
  type Published,
  type PublishingParts,
  type PublishOptions,
  publish,
  type RuleFile,
} from '#engine/publishing/publish.js';

/**
 * With any problem all stays as it is. Declarations take force before the rules that need them; what a crash leaves between is made
 * good by publishing again.
 */
export async function publishLibrary(
  pool: Pool,
  parts: PublishingParts,
  workspaceId: Uuid,
  files: readonly RuleFile[],
  options: PublishOptions = {},
): Promise<Published<RuleProblem>> {
  const library = readLibrary(files, await libraryContextOf(pool, workspaceId));
  if (library.problems.length === 0) {
    const { attributes, teams, rules } = library;
    try {
      if (attributes !== null)
        await declareAttributes(pool, workspaceId, attributes, { republished: rules.map(({ rule }) => rule) });
    } catch (error) {
      if (!(error instanceof DeclarationRefused)) throw error;
      return { outcome: 'refused', problems: error.problems.map(({ problem }) => inAttributes(problem)) };
    }
    if (teams !== null) await saveTeams(pool, workspaceId, teams);
  }
  return publish(parts, () => library, workspaceId, files, options);
}

/** What contacts hold already stands against it: the file as a whole. */
function inAttributes(text: string): RuleProblem {
  const [problem = text, ...cure] = text.split('; ');
  return { file: 'attributes.yaml', line: 1, column: 1, problem, cure: cure.join('; ') };
}
