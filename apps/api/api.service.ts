/** The API service: `/v1`, the pages, and where the consumers of the other services stand. */
import { Importer } from '#apps/importer/importer.js';
import { DELIVERIES_CONSUMER } from '#engine/deliveries/deliveries.js';
import { EFFECTS_CONSUMER } from '#engine/effects/copy-effects.js';
import { observedGroups } from '#platform/health/observed-groups.js';
import type { Watched } from '#platform/health/watched.js';
import { serviceModule } from '#platform/process/operations.module.js';
import type { Service } from '#platform/process/service.js';
import { PROJECTION_GROUP, RULES_GROUP, type Runtime } from '#platform/runtime/runtime.js';
import { openServiceRuntime } from '#platform/runtime/service-runtime.js';
import { ApiModule } from './api.module.js';

export const apiService: Service<Runtime> = {
  name: 'api',
  open: openServiceRuntime,
  compose: async (runtime) => {
    const engagements = () => runtime.topics.engagements;
    return {
      module: serviceModule(
        ApiModule.register({
          ...runtime,
          engagements,
          watched: watchedBy(runtime),
          importRunner: new Importer(runtime),
        }),
      ),
      consumers: null,
    };
  },
};

function watchedBy({ topics, checkpoints, log }: Runtime): Watched {
  const observed = () => [
    { group: RULES_GROUP, topic: topics.engagements },
    { group: PROJECTION_GROUP, topic: topics.contactEvents },
    { group: EFFECTS_CONSUMER.group, topic: topics.contactEvents },
    { group: DELIVERIES_CONSUMER.group, topic: topics.deliveries },
  ];
  const rows = (group: string, topic: string) => checkpoints.list(group, topic);
  return { groups: () => observedGroups(observed(), { rows, ends: (topic) => log.ends(topic) }), probes: [] };
}
