/**
 * One-time tokens that ingest could not judge, for their memory was away: judged here, in the transaction that applies what came with
 * them. What came second with another body is refused: it goes to quarantine with its reason, and so has an end in the books.
 */
import { packRaw, type QuarantineDetail } from '#contracts/deliveries.js';
import { deriveId } from '#contracts/ids.js';
import type { EngagementInput, Placed } from '#contracts/inputs.js';
import type { QuarantineRow } from '#engine/deliveries/moved.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { DayKeys, type Opened, type RecordKeys } from './opened.js';
import type { DecisionUnit, TokenClaim } from './store.js';

type EngagementPlaced = Placed<EngagementInput>;

/** Inputs whose token was used with another body, and the keys to set them aside under. */
export interface Replayed {
  readonly inputs: ReadonlySet<Opened>;
  readonly keys: RecordKeys;
}

export const NONE_REPLAYED: Replayed = { inputs: new Set(), keys: { of: () => null } };

const DETAIL =
  'The one-time token that alone signs this request came before with another body. It was received while the memory of tokens was away.';

function claimed({ placed }: Opened): TokenClaim | null {
  if (placed?.input.type !== 'engagement' || placed.input.data.replay === undefined) return null;
  const { replay, receivedAt } = placed.input.data;
  return { workspaceId: placed.workspaceId, ...replay, at: receivedAt };
}

const nameOf = ({ workspaceId, token }: Pick<TokenClaim, 'workspaceId' | 'token'>): string => workspaceId + token;

/** In a batch whoever stands first has the token. */
export async function judgeTokens(
  unit: Pick<DecisionUnit, 'claim'>,
  workspaces: WorkspaceKeys,
  inputs: readonly Opened[],
): Promise<Replayed> {
  const claims = inputs.flatMap((opened) => {
    const claim = claimed(opened);
    return claim === null ? [] : [{ opened, claim }];
  });
  if (claims.length === 0) return NONE_REPLAYED;
  const first = new Map<string, TokenClaim>();
  for (const { claim } of claims) if (!first.has(nameOf(claim))) first.set(nameOf(claim), claim);
  const inKeyOrder = [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, claim]) => claim);
  const onRecord = new Map((await unit.claim(inKeyOrder)).map((known) => [nameOf(known), known.body]));
  const replayed = claims.filter(({ claim }) => onRecord.get(nameOf(claim)) !== claim.body);
  const keys = new DayKeys(workspaces, 'deliveries');
  await keys.prepare(replayed.map(({ opened, claim }) => ({ ...opened.record, at: claim.at })));
  return { inputs: new Set(replayed.map(({ opened }) => opened)), keys };
}

/** Throws PoisonError when the key of its day is destroyed. */
export function refusedRow({ id: inputId, workspaceId, input }: EngagementPlaced, keys: RecordKeys): QuarantineRow {
  const { sourceId, deliveryId, index, receivedAt, engagement, occurredAt } = input.data;
  const key = keys.of(workspaceId, receivedAt);
  if (key === null) throw new Error('no key was prepared for what is refused');
  const id = deriveId('refused', inputId);
  const bytes = Buffer.from(JSON.stringify({ type: engagement, occurredAt, ...input.pii }));
  const sealed = key.sealBytes(packRaw<QuarantineDetail>({ about: { detail: DETAIL }, bytes }), id);
  return { workspaceId, id, sourceId, deliveryId, element: index, receivedAt, reason: 'replayed', sealed };
}
