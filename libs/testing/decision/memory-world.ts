import type { ContactEventRow } from '#contracts/contact-event-record.js';
import { MemoryRecordReader } from '#engine/decision/memory-reader.js';
import { MemoryRulesRegistry } from '#engine/decision/memory-rules.js';
import { MemoryDecisionStore } from '#engine/decision/memory-store.js';
import { MemoryCheckpoints } from '#engine/log/memory-checkpoints.js';
import { MemoryWorkspaceKeys, memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { MemoryTimers } from '#engine/timers/memory-timers.js';
import type { DecisionWorld } from './driver.js';
import { idOf } from './engagements.js';

/** `before`: a world whose keys this one shares, so that it reads that one's log. */
export function memoryWorld(before?: Pick<DecisionWorld, 'master' | 'workspaces'>): DecisionWorld {
  const checkpoints = new MemoryCheckpoints();
  const store = new MemoryDecisionStore(checkpoints);
  const registry = new MemoryRulesRegistry(() => store.tables.activations);
  const master = before?.master ?? memoryMasterKey();
  return {
    store,
    leases: checkpoints,
    registry,
    master,
    workspaces: before?.workspaces ?? new MemoryWorkspaceKeys(master),
    workspaceIds: [idOf('workspace one'), idOf('workspace two')],
    addVersions: async (workspaceId, versions) => {
      registry.versions.set(workspaceId, [...(registry.versions.get(workspaceId) ?? []), ...versions]);
    },
    timers: new MemoryTimers(() => store.tables),
    reader: new MemoryRecordReader(() => store.tables),
    spoil: async (contactId) => {
      const spoilt = (event: ContactEventRow) =>
        event.contactId === contactId ? { ...event, pii: Buffer.alloc(40) } : event;
      store.tables.events = store.tables.events.map(spoilt);
    },
    release: async (workspaceId) => void store.tables.held.delete(workspaceId),
    forgetStates: async () => store.tables.states.clear(),
    tables: async () => store.tables,
  };
}
