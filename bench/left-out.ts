import { messageOf } from '../functions/shared/domain/message-of.ts';
/** A bench that cannot be run on this machine: why, in one line. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/**
 * Waits for what a bench needs, servers above all.
 * @throws {LeftOut} with the first line of why it is not to be had
 */
export async function needed<Value>(what: string, starting: Promise<Value>): Promise<Value> {
  try {
    return await starting;
  } catch (error) {
    const [why] = messageOf(error).split('\n');
    throw new LeftOut(`needs ${what}: ${why}`, { cause: error });
  }
}
