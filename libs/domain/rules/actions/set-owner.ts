/** `set_owner: kim@example.com`: the salesperson of the contact from now on. */
import { normaliseEmail } from '#contracts/ids.js';
import { didYouMean } from '../did-you-mean.js';
import { actionKind } from './action.js';

export const setOwner = actionKind<string>({
  kind: 'set_owner',
  effect: false,
  parse(field, source, { owners }) {
    const text = source.string(field, 'an owner', 'write an e-mail address');
    if (text === null) return null;
    const at = source.at(field.value, field.at);
    const owner = normaliseEmail(text);
    if (owner === null) return source.complain(at, `${text} is no e-mail address`, 'write kim@example.com');
    if (owners === null || owners.includes(owner)) return owner;
    return source.complain(at, `there is no owner ${owner}`, `${didYouMean(owner, owners, 'owner')} (teams.yaml)`);
  },
  target: () => '',
  decide: (owner, { facts, by }) =>
    facts.owner === owner ? [] : [{ type: 'owner_set', v: 1, data: { by }, pii: { owner } }],
});
