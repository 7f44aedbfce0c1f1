/** The source of events that come by the API: every workspace has it; it is no webhook, so no row of sources. */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Source } from '#engine/ingest/source.js';

export const API_PROVIDER = 'api';

export function apiSourceId(workspaceId: Uuid): Uuid {
  return deriveId('source', workspaceId, API_PROVIDER);
}

export function apiSource(workspaceId: Uuid): Source {
  const id = apiSourceId(workspaceId);
  const settings = { scheme: 'none', keys: [] };
  return { id, workspaceId, path: '', name: API_PROVIDER, provider: API_PROVIDER, state: 'active', settings };
}
