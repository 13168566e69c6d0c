import { UnavailableError } from '../shared/domain/errors.ts';

/** The longest time that a command waits for what is known. A command is accepted without the answer. */
const waitMsMax = 3_000;

/**
 * Returns an answer; `undefined` if its source is unavailable or does not answer within 3 s.
 * @throws {Error} the error of `answer`, unless it is an {@link UnavailableError}
 */
export async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), waitMsMax);
  try {
    return await Promise.race([answer, late.promise]);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
