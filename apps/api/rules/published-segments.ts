/** The segments that are, or were, published: which condition in which version, and how far it is in force. */
import { Inject, Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import type { Pool } from '#adapters/postgres/pool.js';
import { listRuleVersions, type RuleVersionRow } from '#adapters/postgres/rules/versions.js';
import type { Uuid } from '#contracts/ids.js';
import { didYouMean } from '#domain/rules/did-you-mean.js';
import { segmentOfDefinition } from '#domain/rules/segments/segment.js';
import { type PublicationStatus, type PublishingParts, publicationStatus } from '#engine/publishing/publish.js';
import { Problem } from '#platform/http/problem.js';
import { POOL, PUBLISHING } from '../dependencies.js';

export interface PublishedSegment {
  readonly name: string;
  /** Version published last; null: retired. */
  readonly version: number | null;
  readonly description: string | null;
  /** Its condition, CEL; of a retired one, of its newest version. */
  readonly if: string | null;
  readonly yaml: string;
  /** Newest first. */
  readonly versions: readonly RuleVersionRow[];
}

export interface PublishedSegments extends Pick<PublicationStatus, 'inForce' | 'of'> {
  readonly number: number | null;
  /** By name. */
  readonly segments: readonly PublishedSegment[];
}

@Injectable()
export class SegmentsDesk {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(PUBLISHING) private readonly parts: PublishingParts,
  ) {}

  async list(workspaceId: Uuid): Promise<PublishedSegments> {
    const [{ publication, inForce, of }, all] = await Promise.all([
      publicationStatus(this.parts, workspaceId),
      listRuleVersions(this.pool, workspaceId),
    ]);
    const published = new Map(publication?.rules.map(({ rule, version }) => [rule, version]));
    const segments = [...Map.groupBy(all, ({ rule }) => rule)].flatMap(([definition, versions]) => {
      const name = segmentOfDefinition(definition);
      return name === null ? [] : [segmentOf(name, published.get(definition) ?? null, versions)];
    });
    segments.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { number: publication?.number ?? null, inForce, of, segments };
  }

  /** Throws a 404 Problem. */
  async one(workspaceId: Uuid, name: string): Promise<Omit<PublishedSegments, 'segments'> & PublishedSegment> {
    const { segments, ...status } = await this.list(workspaceId);
    const segment = segments.find((one) => one.name === name);
    if (segment) return { ...segment, ...status };
    const known = segments.map((one) => one.name);
    const cure = known.length === 0 ? 'None was published yet' : didYouMean(name, known, 'segment');
    throw new Problem(404, 'Not found', `There is no segment ${name}: ${cure.replace(/([^?])$/, '$1.')}`);
  }
}

function segmentOf(name: string, version: number | null, versions: readonly RuleVersionRow[]): PublishedSegment {
  const yaml = (versions.find((one) => one.version === version) ?? versions[0])?.yaml ?? '';
  // Published files were checked, so they parse.
  const { description, if: condition } = parse(yaml) as { description?: string; if?: unknown };
  return {
    ...{ name, version, yaml, versions },
    description: description ?? null,
    if: condition === undefined ? null : String(condition),
  };
}
