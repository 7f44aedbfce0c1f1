/** Zipf's law: the contact of rank k comes with a frequency proportional to k^-exponent. A few are met all the time, most hardly ever. */
export class Zipf {
  readonly #cumulated: Float64Array;

  constructor(size: number, exponent: number) {
    this.#cumulated = new Float64Array(size);
    let sum = 0;
    for (let rank = 1; rank <= size; rank += 1) {
      sum += rank ** -exponent;
      this.#cumulated[rank - 1] = sum;
    }
  }

  /** A rank, from 0, for a number in [0, 1). */
  rank(at: number): number {
    const cumulated = this.#cumulated;
    const wanted = at * (cumulated.at(-1) ?? 0);
    let [low, high] = [0, cumulated.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulated[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
