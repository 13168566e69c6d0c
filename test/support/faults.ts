/**
 * The side of a call at which it fails: before it did anything, or after it did everything, so that its answer is lost.
 */
export type FaultSide = 'before' | 'after';

/** An error that stands for the death of the process. Nothing but the test catches it. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Decides at each side of every call, by its name (`ledger.advance`) and its arguments, whether it fails. It may let
 * something else happen there first.
 */
export type Decide = (
  call: string,
  side: FaultSide,
  args: readonly unknown[],
) => Error | undefined | Promise<Error | undefined>;

/** Returns a port whose calls can be made to fail. @param decide returns the error to throw, if any */
export function withFaults<T extends object>(portName: string, port: T, decide: Decide): T {
  return new Proxy(port, {
    get(target, property) {
      const member = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const call = `${portName}.${String(property)}`;
        throwIf(await decide(call, 'before', args));
        const answer = await Reflect.apply(member, target, args);
        throwIf(await decide(call, 'after', args));
        return answer;
      };
    },
  });
}

function throwIf(error: Error | undefined): void {
  if (error !== undefined) throw error;
}

/** Fails the `nth` (from 1) call of this name at this side, once. */
export function failOnce(call: string, side: FaultSide, error: Error, nth = 1) {
  let seen = 0;
  return (name: string, at: FaultSide): Error | undefined => {
    if (name !== call || at !== side) return undefined;
    seen += 1;
    return seen === nth ? error : undefined;
  };
}

/** Runs `meanwhile` to its end at this side of the first such call, before the call continues. */
export function interlude(call: string, side: FaultSide, meanwhile: () => Promise<unknown>): Decide {
  let happened = false;
  return async (name, at) => {
    if (happened || name !== call || at !== side) return undefined;
    happened = true;
    await meanwhile();
    return undefined;
  };
}
