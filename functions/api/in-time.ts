import { UnavailableError } from '../shared/domain/errors.ts';

/** The time that a command waits for the warehouse, which it can do without. */
const patienceMs = 3_000;

/**
 * Returns what the warehouse answers; `undefined` where it is away, or does not answer within 3 s.
 * @throws {Error} what `answer` rejects with, unless it is an {@link UnavailableError}
 */
export async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), patienceMs);
  try {
    return await Promise.race([answer, late.promise]);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
