/** The contact's decider, as the engine takes it. */
import type { Decider } from '#contracts/decision.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { decide } from './decide.js';
import { evolve } from './evolve.js';
import { forwarded, keeps } from './forwarded.js';
import { lacksHistory, withHistory } from './history.js';
import { lookups } from './lookups.js';
import { type ContactState, initial } from './state.js';

export const contactDecider: Decider<ContactState, RulesInForce> = {
  initial,
  versionOf: ({ version }) => version,
  recordedAtOf: ({ recordedAt }) => recordedAt,
  linkedTo: ({ linkedTo }) => linkedTo,
  keeps,
  forwarded,
  aliasesOf: ({ aliases }) =>
    Object.entries(aliases)
      .filter(([, { merged }]) => merged)
      .map(([contactId, { version }]) => ({ contactId, version })),
  lookups,
  decide,
  evolve,
  timersOf: ({ timers, linkedTo }) =>
    linkedTo === null ? Object.entries(timers).map(([purpose, dueAt]) => ({ purpose, dueAt })) : [],
  lacksHistory,
  withHistory,
};
