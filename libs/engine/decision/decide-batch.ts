/**
 * The rules service's work on one batch: in one transaction take the checkpoint, load the contacts, decide, append events, save
 * states, books and what is parked (engine.md 1). A batch in, all of its consequences or none of them out.
 */
import type { Placed, RulesPublishedInput } from '#contracts/inputs.js';
import { generationOf, laneOf } from '#contracts/topics.js';
import { GENERATION_ENDED } from '#engine/log/generations.js';
import type { Batch } from '#engine/log/log.js';
import { Asked } from './asked.js';
import { DayKeys, knownPrefix, type Opened, open, type Segment, segmentsOf } from './opened.js';
import { NONE_REPLAYED } from './replayed.js';
import { contactsOf, type DecisionParts, NOTHING, prepare, type SegmentContext } from './segment-context.js';
import { SegmentWork } from './segment-work.js';
import type { Activation, Changes } from './store.js';
import { unpark } from './unpark.js';

/** Handlers of a subscription on `engagements`. */
export interface Decisions {
  /**
   * Decides a batch. Where a record is of a type or version that this process may not judge, what stands before it is decided and
   * StopPartitionError thrown. FencedError and WorldError leave nothing behind.
   */
  onBatch(batch: Batch): Promise<void>;
  /** Parks the one record of a batch whose third attempt failed, and moves past it. */
  onPoison(batch: Batch, error: unknown): Promise<void>;
}

export function decisions<State, Rules>(parts: DecisionParts<State, Rules>): Decisions {
  return {
    onBatch: (batch) => decideBatch(parts, batch),
    onPoison: (batch, error) => parkRecord(parts, batch, error),
  };
}

async function decideBatch<State, Rules>(parts: DecisionParts<State, Rules>, batch: Batch): Promise<void> {
  const inputs = batch.records.filter(({ type }) => type !== GENERATION_ENDED);
  const { known, stop } = knownPrefix(inputs);
  if (stop !== null && known.length === 0) throw stop;
  const dayKeys = new DayKeys(parts.keys.workspaces);
  await dayKeys.prepare(known);
  const opened = known.map((record) => open(record, dayKeys));
  const rules = parts.rules.begin(batch);
  const next = inputs[known.length]?.position ?? batch.next;
  let wrote = false;
  await parts.store.transaction(batch.fence, batch.first, next, async (unit) => {
    wrote = false;
    for (const segment of segmentsOf(opened)) {
      const changes = await decideSegment({ parts, unit, rules, dayKeys, lane: laneOfBatch(batch) }, segment);
      wrote ||= changes.events.length > 0 || changes.forwards.length > 0;
      await unit.write(changes);
    }
  });
  rules.commit(next);
  if (wrote) parts.decided?.(laneOfBatch(batch));
  if (stop !== null) throw stop;
}

function laneOfBatch({ fence }: Batch): number {
  return laneOf(generationOf(fence.topic), fence.partition);
}

function decideSegment<State, Rules>(context: SegmentContext<State, Rules>, segment: Segment): Promise<Changes> {
  switch (segment.kind) {
    case 'inputs':
      return decideInputs(context, segment.inputs);
    case 'publication':
      return publish(context, segment.placed);
    case 'unpark':
      return unpark(context, segment.placed, segment.contactId);
  }
}

async function decideInputs<State, Rules>(
  context: SegmentContext<State, Rules>,
  inputs: readonly Opened[],
): Promise<Changes> {
  const work = await prepare(context, inputs);
  for (const input of inputs) {
    await work.refoldFor(context.unit, input);
    work.take(input);
  }
  return work.changes();
}

/** A publication below or at the number in force changes nothing: a repeat, or one that a later overtook. */
async function publish<State, Rules>(
  { rules, lane }: SegmentContext<State, Rules>,
  placed: Placed<RulesPublishedInput>,
): Promise<Changes> {
  const { workspaceId, topic, partition, position } = placed;
  const { number, rules: published } = placed.input.data;
  const taken = await rules.publish(workspaceId, placed.input.data);
  const activations: readonly Activation[] = taken
    ? published.map(({ rule, version }) => ({ workspaceId, rule, version, number, topic, partition, position }))
    : [];
  return { ...NOTHING, lane, activations };
}

async function parkRecord<State, Rules>(
  parts: DecisionParts<State, Rules>,
  batch: Batch,
  error: unknown,
): Promise<void> {
  const dayKeys = new DayKeys(parts.keys.workspaces);
  await dayKeys.prepare(batch.records);
  const opened = batch.records.map((record) => open(record, dayKeys));
  await parts.store.transaction(batch.fence, batch.first, batch.next, async (unit) => {
    const loaded = await unit.load(contactsOf(opened), []);
    const segment = { decider: parts.decider, contactKeys: parts.keys.contacts, dayKeys, lane: laneOfBatch(batch) };
    const work = new SegmentWork<State, Rules>(
      { ...segment, rules: new Map(), replayed: NONE_REPLAYED },
      loaded,
      new Asked(parts.decider, []),
    );
    for (const one of opened) work.parkPoison(one, error);
    await unit.write(work.changes());
  });
}
