/** What a workspace declares: attributes, owners, teams and sequences; and how contacts are checked against it. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import {
  type AttributeRow,
  changeAttributes,
  listAttributes,
  type NewAttribute,
} from '#adapters/postgres/registry/attributes.js';
import { listSequences, type SequenceRow, saveSequences } from '#adapters/postgres/registry/sequences.js';
import { loadTeams, saveTeams, type TeamsRows } from '#adapters/postgres/registry/teams.js';
import { publishedRules, rulesNaming } from '#adapters/postgres/rules/versions.js';
import type { Uuid } from '#contracts/ids.js';
import type { WishContext } from '#domain/contact/wish/contact-wish.js';
import { refusedChange } from '#domain/rules/attributes/change.js';
import { type AttributeDeclaration, declaredBy, MAX_DECLARED } from '#domain/rules/attributes/declaration.js';
import type { AttributeTypes, Scalar } from '#domain/rules/attributes/type.js';
import { compileRules } from '#domain/rules/compile.js';
import type { LibraryContext } from '#domain/rules/library.js';
import { segmentOfDefinition } from '#domain/rules/segments/segment.js';
import { neededBy } from '#domain/rules/teams/needed.js';
import type { Owner, Teams } from '#domain/rules/teams/teams.js';
import { isTimeZone } from '#platform/time/time-zone.js';
import { POOL } from '../dependencies.js';

/** What stands against a declaration. */
export interface DeclarationProblem {
  readonly name: string;
  /** With its cure. */
  readonly problem: string;
}

/** Thrown: nothing was declared. */
export class DeclarationRefused extends Error {
  override readonly name = 'DeclarationRefused';
  constructor(readonly problems: readonly DeclarationProblem[]) {
    super(problems.map(({ problem }) => problem).join('; '));
  }
}

@Injectable()
export class Declarations {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  attributes(workspaceId: Uuid): Promise<readonly AttributeRow[]> {
    return listAttributes(this.pool, workspaceId);
  }

  teams(workspaceId: Uuid): Promise<Teams> {
    return teamsOf(this.pool, workspaceId);
  }

  sequences(workspaceId: Uuid): Promise<readonly SequenceRow[]> {
    return listSequences(this.pool, workspaceId);
  }

  /** Beside those that are there. */
  declareSequence(workspaceId: Uuid, sequence: SequenceRow): Promise<void> {
    return saveSequences(this.pool, workspaceId, [sequence]);
  }

  /** Of contacts that are written. */
  wishContext(workspaceId: Uuid): Promise<WishContext> {
    return wishContextOf(this.pool, workspaceId);
  }

  /** Of rules that are checked. */
  libraryContext(workspaceId: Uuid): Promise<LibraryContext> {
    return libraryContextOf(this.pool, workspaceId);
  }

  /**
   * Declares these beside the others. `expected`: versions that must be in force. `republished`: rules that are published with it, and
   * may so name what is renamed. Throws DeclarationRefused.
   */
  declare(
    workspaceId: Uuid,
    added: readonly AttributeDeclaration[],
    options: {
      readonly republished?: readonly string[];
      readonly check?: (before: readonly AttributeRow[]) => void;
    } = {},
  ): Promise<readonly AttributeRow[]> {
    return declareAttributes(this.pool, workspaceId, added, options);
  }

  /** See declareTeams. */
  declareTeams(workspaceId: Uuid, teams: Teams, check: (before: Teams) => void): Promise<void> {
    return declareTeams(this.pool, workspaceId, teams, { check });
  }
}

export async function wishContextOf(pool: Pool, workspaceId: Uuid): Promise<WishContext> {
  const [rows, { owners }] = await Promise.all([listAttributes(pool, workspaceId), loadTeams(pool, workspaceId)]);
  return {
    attributes: declaredBy(rows.map(declarationOf)),
    owners: new Set(owners.map(({ email }) => email)),
    isTimeZone,
  };
}

export async function libraryContextOf(pool: Pool, workspaceId: Uuid): Promise<LibraryContext> {
  const [rows, { owners, teams }, sequences, published] = await Promise.all([
    listAttributes(pool, workspaceId),
    loadTeams(pool, workspaceId),
    listSequences(pool, workspaceId),
    publishedRules(pool, workspaceId),
  ]);
  const segments = published.filter(({ rule }) => segmentOfDefinition(rule) !== null);
  return {
    attributes: rows.map(declarationOf),
    sequences: sequences.map(({ name }) => name),
    segments: compileRules(segments.map((one) => ({ ...one, version: 1 }))).segments.all,
    owners: owners.map(({ email }) => email),
    teams: teams.map(({ name }) => name),
    isTimeZone,
  };
}

async function teamsOf(pool: Pool, workspaceId: Uuid): Promise<Teams> {
  const { owners, teams } = await loadTeams(pool, workspaceId);
  // Rows are written by this type alone.
  return { owners: owners as readonly Owner[], teams };
}

/**
 * Sets owners and teams, whole. `check`: of what is there by then. `republished`: tells of rules that take force with it, or are retired
 * by it. Throws DeclarationRefused where a team or an owner is gone that another rule in force names.
 */
export function declareTeams(
  pool: Pool,
  workspaceId: Uuid,
  teams: Teams,
  {
    check,
    republished = () => false,
  }: { readonly check?: (before: Teams) => void; readonly republished?: (rule: string) => boolean } = {},
): Promise<void> {
  return saveTeams(pool, workspaceId, teams, async (rows) => {
    // Rows are written by this type alone.
    check?.({ owners: rows.owners as readonly Owner[], teams: rows.teams });
    const against = await againstTeams(pool, workspaceId, rows, teams, republished);
    if (against.length > 0) throw new DeclarationRefused(against);
  });
}

/** Rules in force, but those of `republished`, that name a team or an owner who is gone after. */
export async function againstTeams(
  pool: Pool,
  workspaceId: Uuid,
  before: TeamsRows,
  after: TeamsRows,
  republished: (rule: string) => boolean,
): Promise<readonly DeclarationProblem[]> {
  const others = (await publishedRules(pool, workspaceId)).filter(({ rule }) => !republished(rule));
  const kept = others.map((one) => ({ ...one, attributes: one.attributes as AttributeTypes }));
  const named = ({ owners, teams }: TeamsRows) => ({
    owners: owners.map(({ email }) => email),
    teams: teams.map(({ name }) => name),
  });
  return neededBy(kept, named(before), named(after)).map(({ kind, name, rule }) => ({
    name,
    problem: `rule ${rule} in force names ${kind} ${name}; keep the ${kind}, or publish or retire the rule first`,
  }));
}

/** See Declarations.declare. */
export function declareAttributes(
  pool: Pool,
  workspaceId: Uuid,
  added: readonly AttributeDeclaration[],
  {
    republished = [],
    check,
  }: { readonly republished?: readonly string[]; readonly check?: (before: readonly AttributeRow[]) => void } = {},
): Promise<readonly AttributeRow[]> {
  return changeAttributes(pool, workspaceId, async (rows) => {
    check?.(rows);
    const before = rows.map(declarationOf);
    const problems = added.flatMap((one) => problemsOf(one, before, added));
    const renamed = before.filter(({ name }) => added.some(({ aliases }) => aliases.includes(name)));
    const naming = await rulesNaming(
      pool,
      workspaceId,
      renamed.map(({ name }) => name),
    );
    for (const { rule, attribute } of naming)
      if (!republished.includes(rule))
        problems.push({
          name: attribute,
          problem: `rule ${rule} in force reads ${attribute}; publish it together with attributes.yaml, so that it finds what is written under the new name`,
        });
    const names = new Set([...before, ...added].map(({ name }) => name));
    if (names.size > MAX_DECLARED)
      problems.push({ name: added[0]?.name ?? '', problem: `at most ${MAX_DECLARED} attributes may be declared` });
    if (problems.length > 0) throw new DeclarationRefused(problems);
    return added.map(rowOf);
  });
}

function problemsOf(
  one: AttributeDeclaration,
  before: readonly AttributeDeclaration[],
  added: readonly AttributeDeclaration[],
): DeclarationProblem[] {
  const { name, aliases } = one;
  const replaced = before.filter((other) => other.name === name || aliases.includes(other.name));
  const problems = replaced.flatMap((other) => refusedChange(other, one) ?? []);
  const others = [...before.filter((other) => !replaced.includes(other)), ...added.filter((other) => other !== one)];
  for (const other of others) {
    const taken = [name, ...aliases].find((each) => other.aliases.includes(each));
    if (taken !== undefined && other.name !== name)
      problems.push(`${taken} is a former name of ${other.name}; choose another`);
  }
  return problems.map((problem) => ({ name, problem }));
}

export function declarationOf(row: NewAttribute): AttributeDeclaration {
  const { name, scalar, list, values, description, deprecated, aliases } = row;
  return { name, type: { scalar: scalar as Scalar, list, values }, description, deprecated, aliases };
}

function rowOf({ name, type, description, deprecated, aliases }: AttributeDeclaration): NewAttribute {
  return { name, ...type, description, deprecated, aliases };
}
