/**
 * Returns a function that reads at most once in a time, and gives all who ask meanwhile the same result: a dozen open pages cost as
 * much as one. A failure is shared by those who wait for it, and not kept.
 * @param forMs the time for which a result counts as new, ms
 * @param nowMs a clock that never goes back, ms
 */
export function sharedRead<Value>(
  read: () => Promise<Value>,
  forMs: number,
  nowMs: () => number = () => performance.now(),
): () => Promise<Value> {
  let last: { readonly value: Promise<Value>; freshUntilMs: number } | undefined;
  return () => {
    if (last !== undefined && nowMs() < last.freshUntilMs) return last.value;
    const begun = { value: read(), freshUntilMs: Number.POSITIVE_INFINITY };
    last = begun;
    begun.value.then(
      () => {
        begun.freshUntilMs = nowMs() + forMs;
      },
      () => {
        if (last === begun) last = undefined;
      },
    );
    return begun.value;
  };
}
