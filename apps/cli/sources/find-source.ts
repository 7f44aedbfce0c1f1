/** A source by its name or id. */

import type { Source } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { CommandFailure } from '../failure.js';

/** Rejects with CommandFailure that names those there are. */
export async function sourceNamed(api: ApiClient, nameOrId: string): Promise<Source> {
  const { items } = await api.get<{ readonly items: readonly Source[] }>('/v1/sources');
  const found = items.find(({ id, name }) => name === nameOrId || id === nameOrId.toLowerCase());
  if (found) return found;
  const names = items.map(({ name }) => name).join(', ') || 'none';
  throw new CommandFailure(`There is no source called ${nameOrId}. There are: ${names}.`);
}
