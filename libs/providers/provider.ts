/** The interface a provider's file implements; it stands among the contracts because ingest meets providers through it. */
export type * from '#contracts/provider.js';
