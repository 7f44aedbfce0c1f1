/** Options that choose contacts, as listing and exporting share them. */
import type { Command } from 'commander';
import { repeated, wholeNumber } from './options.js';

export interface ContactFilter {
  readonly search?: string;
  readonly emailPrefix?: string;
  readonly tag?: readonly string[];
  readonly attribute?: readonly string[];
  readonly stage?: string;
  readonly owner?: string;
  readonly minScore?: number;
  readonly maxScore?: number;
  readonly suppressed?: boolean;
  readonly suppressedScope?: string;
  readonly lastEngagement?: string;
  readonly engagedSince?: string;
  readonly engagedBefore?: string;
  readonly updatedSince?: string;
  readonly sort?: string;
}

const score = wholeNumber(-1e12, 1e12);

/** Options that choose contacts, and their order. */
export function withContactFilter(command: Command): Command {
  return command
    .option('--search <words>', 'only with these words, or parts of them, in address or name')
    .option('--email-prefix <text>', 'only addresses that begin so')
    .option('--tag <tag>', 'only with this tag; may be repeated', repeated)
    .option('--attribute <wish>', 'only with it: NAME=VALUE, NAME!=VALUE, NAME or !NAME; may be repeated', repeated)
    .option('--stage <stage>', 'only in this lifecycle stage')
    .option('--owner <owner>', 'only of this salesperson')
    .option('--min-score <n>', 'only with this score or more', score)
    .option('--max-score <n>', 'only with this score or less', score)
    .option('--suppressed', 'only those that may not be written to')
    .option('--no-suppressed', 'only those that may be written to')
    .option('--suppressed-scope <scope>', 'only suppressed for this: all, group:ID or list:ID')
    .option('--last-engagement <type>', 'only those whose last engagement was of this type; none: who never engaged')
    .option('--engaged-since <time>', 'only last engaged at or after this time (ISO 8601)')
    .option('--engaged-before <time>', 'only last engaged before this time (ISO 8601)')
    .option('--updated-since <time>', 'only changed at or after this time, oldest change first (ISO 8601)')
    .option('--sort <order>', 'updated, score or engaged; with - before it from the highest');
}

/** The same in the words of the API. */
export function filterAsked(options: ContactFilter) {
  return {
    q: options.search,
    email_prefix: options.emailPrefix,
    tag: options.tag,
    attribute: options.attribute,
    stage: options.stage,
    owner: options.owner,
    min_score: options.minScore,
    max_score: options.maxScore,
    suppressed: options.suppressed,
    suppressed_scope: options.suppressedScope,
    last_engagement: options.lastEngagement,
    engaged_since: options.engagedSince,
    engaged_before: options.engagedBefore,
    updated_since: options.updatedSince,
    sort: options.sort,
  };
}
