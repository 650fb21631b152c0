/**
 * Maps a stream with up to `limit` items under way, and yields the results in the stream's order. Constant memory: an item is
 * drawn only when there is room for it.
 */
export async function* mapInOrder<A, B>(
  items: Iterable<A> | AsyncIterable<A>,
  limit: number,
  work: (item: A) => Promise<B>,
): AsyncGenerator<B> {
  const open: Promise<B>[] = [];
  for await (const item of items) {
    const result = work(item);
    // An error is thrown when its turn comes; until then it must not count as unhandled.
    result.catch(() => {});
    open.push(result);
    if (open.length >= limit) yield await open.shift()!;
  }
  while (open.length > 0) yield await open.shift()!;
}
