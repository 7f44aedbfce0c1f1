/** Where the topics in use are on record beside the cluster, so that one changed or made anew is noticed. */

export interface RecordedTopic {
  readonly partitions: number;
  /** Id of the topic on the cluster when it was first used; null when it had none. */
  readonly identity: string | null;
}

export interface TopicRegistry {
  /**
   * Puts the topic on record where it is not yet; answers what is on record. Rejects with the reason when another number of
   * partitions is, with WorldError when the database is away.
   */
  record(name: string, partitions: number, identity: string | null): Promise<RecordedTopic>;
}
