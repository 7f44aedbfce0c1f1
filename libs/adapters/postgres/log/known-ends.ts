/**
 * Up to where partitions are known to reach, from what this process appended and from its looks at the heads: a reader that stands there
 * need not ask the database. What others append is known at the next look, which also wakes the reader.
 */
export class KnownEnds {
  readonly #ends = new Map<string, number>();

  /** Position after the last known record; null where nobody has looked yet, and there may be records. */
  of(topic: string, partition: number): number | null {
    return this.#ends.get(`${topic}/${partition}`) ?? null;
  }

  /** Looks may come back out of order: a later end stays. */
  reached(topic: string, partition: number, end: number): void {
    if (end > (this.of(topic, partition) ?? -1)) this.#ends.set(`${topic}/${partition}`, end);
  }
}
