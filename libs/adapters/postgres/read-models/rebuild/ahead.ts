/** The same items, each asked for while the one before it is still worked on. */
export async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  const ask = (): Promise<IteratorResult<T>> => {
    const answer = source.next();
    // It is awaited later; until then a failure is nobody's.
    answer.catch(() => undefined);
    return answer;
  };
  for (let next = ask(); ; ) {
    const { done, value } = await next;
    if (done) return;
    next = ask();
    yield value;
  }
}
