/** Which addresses may be mailed, by what the read model has of them now. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { standingAgainst } from '#adapters/postgres/read-models/queries/standing.js';
import { normaliseEmail, subjectOf, type Uuid } from '#contracts/ids.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { against, type Standing } from '#engine/suppressions/verdict.js';
import { POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { iso } from '../openapi/fields.js';
import type { CheckAnswer, CheckAsked } from './suppression-schemas.js';

const NO_ADDRESS = 'This is no e-mail address: expected NAME@DOMAIN without spaces';

@Injectable()
export class SuppressionChecks {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
  ) {}

  /** An address that nothing is known of may be mailed. */
  async check(workspaceId: Uuid, { addresses, scopes }: CheckAsked): Promise<CheckAnswer> {
    const secret = await this.keys.secret(workspaceId);
    const subjects = addresses.map((address) => {
      const value = normaliseEmail(address);
      return value === null ? null : subjectOf(secret, { kind: 'email', value });
    });
    const known = [...new Set(subjects.filter((subject) => subject !== null))];
    const standing = Map.groupBy(await standingAgainst(this.pool, workspaceId, known), ({ asked }) => asked);
    const results = addresses.map((address, index) => {
      const subject = subjects[index] ?? null;
      if (subject === null) return { address, mayBeMailed: false, invalid: NO_ADDRESS, suppressions: [] };
      const suppressions = against(standing.get(subject) ?? [], scopes).map(show);
      return { address, mayBeMailed: suppressions.length === 0, invalid: null, suppressions };
    });
    return { mayBeMailed: results.filter(({ mayBeMailed }) => mayBeMailed).length, results };
  }
}

function show({
  scope,
  reason,
  since,
  own,
  contactId,
}: Standing): CheckAnswer['results'][number]['suppressions'][number] {
  return { scope, reason, since: iso(since), of: own ? 'address' : 'contact', contactId };
}
