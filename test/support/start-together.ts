/** The promises of some servers, each in its place. */
type Starting<Started extends readonly unknown[]> = { readonly [Nth in keyof Started]: Promise<Started[Nth]> };

/**
 * Waits for servers that are started at the same time. If one fails, those that start are closed, so that none outlives
 * the test that could not begin.
 * @returns what was started, in order; things without a method `close` may be among them
 * @throws the first error, after all others were closed
 */
export async function startTogether<const Started extends readonly unknown[]>(
  starting: Starting<Started>,
): Promise<Started> {
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (failed === undefined) return started as unknown as Started;
  await Promise.allSettled(started.filter(isClosable).map((server) => server.close()));
  throw (failed as PromiseRejectedResult).reason;
}

const isClosable = (value: unknown): value is { close(): unknown } =>
  typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
