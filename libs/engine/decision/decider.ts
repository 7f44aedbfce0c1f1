/** The decider as the engine sees it: a value handed in by the composition (the engine never imports a domain). */
export type { Booked, DecideContext, Decider, Decision, SeenLookup, StateJson } from '#contracts/decision.js';
