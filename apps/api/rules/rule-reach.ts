/**
 * On how many contacts a rule would act within one day, before it is published: tried on the records of a sample. What it costs is bounded
 * by the sample, whatever the workspace holds.
 */
import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { countContacts, sampleContacts } from '#adapters/postgres/read-models/queries/contact-sample.js';
import { liveVersions } from '#adapters/postgres/rules/rule-versions.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { actingDays, isLoud } from '#domain/contact/trial/reach.js';
import { type Reach, reachSaid } from '#domain/contact/trial/reach-said.js';
import { compileRules } from '#domain/rules/compile.js';
import { DAY } from '#domain/rules/duration.js';
import type { LibraryRule } from '#domain/rules/library.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, CONFIGURATION, POOL } from '../dependencies.js';
import { contactRecord } from './contact-record.js';

/** Of 400, a tenth is told to within three of a hundred in 19 of 20 cases. */
const SAMPLE = 400;
/** A longer record is left out of the sample. */
const MOST_EVENTS = 2_000;
/** Events judged, over all rules and contacts: where there are many rules the sample is smaller. */
const MOST_JUDGED = 500_000;
/** Events judged between two looks at what else the process has to do. */
const JUDGED_AT_ONCE = 5_000;
const SHARE = 0.1;

@Injectable()
export class RuleReach {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Of each of these rules, in their order. They are good ones: compiling throws where one is not. */
  async of(workspaceId: Uuid, rules: readonly LibraryRule[]): Promise<readonly Reach[]> {
    if (rules.length === 0) return [];
    const compiled = rules.map((one) => compileRules([{ ...one, version: 1 }]));
    const days = rules.map(() => new Map<number, number>());
    const now = this.clock();
    const ids = await sampleContacts(this.pool, workspaceId, deriveId('sample', workspaceId), SAMPLE);
    let sampled = 0;
    let judged = 0;
    let breath = 0;
    for (const contactId of ids) {
      if (judged > MOST_JUDGED) break;
      const events = await contactRecord(this.pool, workspaceId, contactId, MOST_EVENTS);
      if (typeof events === 'string') continue;
      sampled += 1;
      for (const [nth, one] of compiled.entries()) {
        for (const day of actingDays(one, { workspaceId, contactId }, events, now))
          days[nth]!.set(day, (days[nth]!.get(day) ?? 0) + 1);
        judged += events.length;
        if (judged - breath < JUDGED_AT_ONCE) continue;
        breath = judged;
        await setImmediate();
      }
    }
    const all = await countContacts(this.pool, workspaceId);
    return rules.map(({ rule }, nth) => {
      const [day, met] = [...days[nth]!].sort(([a, m], [b, n]) => n - m || b - a)[0] ?? [null, 0];
      const contacts = sampled === 0 ? 0 : Math.round((met / sampled) * Math.max(all, sampled));
      const confirm =
        isLoud(compiled[nth]!.rules[0]!) && contacts > this.configuration.confirmAbove && contacts > all * SHARE;
      const shown = day === null ? null : new Date(day * DAY).toISOString().slice(0, 10);
      return { rule, contacts, of: Math.max(all, sampled), day: shown, sampled, confirm };
    });
  }

  /** Of those that are not live as they are here. */
  async ofChanged(workspaceId: Uuid, rules: readonly LibraryRule[]): Promise<readonly Reach[]> {
    const live = await liveVersions(this.pool, workspaceId);
    const changed = rules.filter(({ rule, hash }) => live.find((one) => one.rule === rule)?.hash !== hash);
    return this.of(workspaceId, changed);
  }

  /** Throws a 409 Problem that says the numbers, where one of these rules has to be confirmed. */
  async mustBeConfirmed(workspaceId: Uuid, rules: readonly LibraryRule[]): Promise<void> {
    const many = (await this.ofChanged(workspaceId, rules)).filter(({ confirm }) => confirm);
    if (many.length === 0) return;
    const errors = many.map((one) => ({ field: `rules/${one.rule}.yaml`, problem: reachSaid(one) }));
    throw new Problem(
      409,
      'Confirm first',
      'Nothing was published: this would act on a large share of all contacts at once. To publish all the same, confirm it: --yes, or confirm: true over HTTP.',
      { errors },
    );
  }
}
