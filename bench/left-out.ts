import { messageOf } from '../functions/shared/domain/message-of.ts';
/** A bench that cannot be run on this machine. The message is the reason, in one line. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}

/**
 * Waits for something that a bench needs, such as a server.
 * @throws {LeftOut} if it fails, with the first line of the reason
 */
export async function needed<Value>(what: string, starting: Promise<Value>): Promise<Value> {
  try {
    return await starting;
  } catch (error) {
    const [why] = messageOf(error).split('\n');
    throw new LeftOut(`needs ${what}: ${why}`, { cause: error });
  }
}
