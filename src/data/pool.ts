/**
 * Runs `work` on items of a stream, at most `width` at a time, and yields results as they come (in no order).
 * The first error ends it, after what is in flight has ended.
 */
export async function* mapBounded<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const ready: R[] = [];
  const flying = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const start = (item: T) => {
    const flight: Promise<void> = work(item)
      .then((result) => void ready.push(result))
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => flying.delete(flight));
    flying.add(flight);
  };
  try {
    for await (const item of items) {
      start(item);
      if (flying.size >= width) await Promise.race(flying);
      if (failure) throw failure.error;
      while (ready.length > 0) yield ready.pop()!;
    }
    while (flying.size > 0) {
      await Promise.race(flying);
      if (failure) throw failure.error;
      while (ready.length > 0) yield ready.pop()!;
    }
    yield* ready;
    if (failure) throw failure.error;
  } finally {
    await Promise.all(flying);
  }
}
