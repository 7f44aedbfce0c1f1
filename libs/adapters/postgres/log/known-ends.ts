/**
 * Up to where partitions are known to reach, from what this process appended and from its looks at the heads: a reader that stands there
 * need not ask the database. What others append is known at the next look, which also wakes the reader.
 */
export class KnownEnds {
  readonly #ends = new Map<string, number>();

  /** Position after the last known record; 0 where nothing is known. */
  of(topic: string, partition: number): number {
    return this.#ends.get(`${topic}/${partition}`) ?? 0;
  }

  /** Looks may come back out of order: a later end stays. */
  reached(topic: string, partition: number, end: number): void {
    if (end > this.of(topic, partition)) this.#ends.set(`${topic}/${partition}`, end);
  }
}
