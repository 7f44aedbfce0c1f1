/** A directory published whole: what attributes.yaml, teams.yaml and sequences/ declare, then the rules that were checked against it. */
import type { Pool } from '#adapters/postgres/pool.js';
import { saveSequences } from '#adapters/postgres/registry/sequences.js';
import { loadTeams } from '#adapters/postgres/registry/teams.js';
import { publishedRules } from '#adapters/postgres/rules/versions.js';
import {
  againstTeams,
  type DeclarationProblem,
  DeclarationRefused,
  declareAttributes,
  declareTeams,
  libraryContextOf,
} from '#apps/api/declarations/declarations.js';
import type { Uuid } from '#contracts/ids.js';
import { counterProblemOf } from '#domain/rules/counter-cap.js';
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
  const context = await libraryContextOf(pool, workspaceId);
  // What no file has is retired: no rule may ask for it.
  const library = readLibrary(files, options.retireMissing ? { ...context, segments: [] } : context);
  if (library.problems.length === 0) {
    const { attributes, teams } = library;
    const definitions = [...library.rules, ...library.segments];
    const rules = definitions.map(({ rule }) => rule);
    const republished = (rule: string): boolean => options.retireMissing === true || rules.includes(rule);
    const others = (await publishedRules(pool, workspaceId)).filter(({ rule }) => !republished(rule));
    const tooMany = counterProblemOf([...definitions, ...others]);
    if (tooMany) return { outcome: 'refused', problems: [tooMany] };
    // Looked at before the attributes are declared, so that what refuses the teams leaves those as they were.
    if (teams !== null) {
      const against = await againstTeams(pool, workspaceId, await loadTeams(pool, workspaceId), teams, republished);
      if (against.length > 0) return refusedIn('teams.yaml', against);
    }
    try {
      if (attributes !== null) await declareAttributes(pool, workspaceId, attributes, { republished: rules });
    } catch (error) {
      if (!(error instanceof DeclarationRefused)) throw error;
      return refusedIn('attributes.yaml', error.problems);
    }
    if (teams !== null) await declareTeams(pool, workspaceId, teams, { republished });
    await saveSequences(pool, workspaceId, library.sequences);
  }
  const { problems } = library;
  const rules = [...library.rules, ...library.segments];
  return publish(parts, () => ({ rules, problems }), workspaceId, files, options);
}

/** What is there already stands against it: the file as a whole. */
function refusedIn(file: string, problems: readonly DeclarationProblem[]): Published<RuleProblem> {
  return {
    outcome: 'refused',
    problems: problems.map(({ problem: text }) => {
      const [problem = text, ...cure] = text.split('; ');
      return { file, line: 1, column: 1, problem, cure: cure.join('; ') };
    }),
  };
}
