/** The cluster of a kafkajs client, which has calls that its admin client lacks. */
import type { Cluster, Kafka } from 'kafkajs';

/** One of its own; connect and disconnect it. kafkajs hands it out to partition assigners only: the consumer is never run. */
export function clusterOf(client: Kafka): Cluster {
  let found: Cluster | undefined;
  const assigner = ({ cluster }: { cluster: Cluster }) => {
    found = cluster;
    return {
      name: 'none',
      version: 0,
      assign: async () => [],
      protocol: () => ({ name: 'none', metadata: Buffer.of() }),
    };
  };
  client.consumer({ groupId: 'afterclick-cluster', partitionAssigners: [assigner] });
  if (!found) throw new Error('kafkajs made no cluster for a consumer: another version than 2.2.4?');
  return found;
}
