/** Who is told: `owner`, `team:NAME` or an e-mail address. */
import { normaliseEmail } from '#contracts/ids.js';
import { didYouMean } from '../did-you-mean.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';

/** As it is stored; null after a complaint. */
export function recipientOf(field: Field, source: Source, { teams }: Vocabulary): string | null {
  const cure = 'write owner, team:NAME or an e-mail address';
  const to = source.string(field, 'to', cure);
  if (to === null || to === 'owner') return to;
  const at = source.at(field.value, field.at);
  const team = /^team:([a-z0-9_-]{1,64})$/i.exec(to)?.[1];
  if (team !== undefined) {
    if (teams === null || teams.includes(team)) return to;
    return source.complain(at, `there is no team ${team}`, `${didYouMean(team, teams, 'team')} (teams.yaml)`);
  }
  const address = normaliseEmail(to);
  return address ?? source.complain(at, `nobody is called ${to}`, cure);
}
