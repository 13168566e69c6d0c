import { PartitionStoppedError, PipelineError, restoreRemedy } from '../shared/domain/errors.ts';
import { messageOf } from '../shared/domain/message-of.ts';

/** Returns the error for a block of state that cannot be read. */
export function damaged(block: string, detail: string, cause?: unknown): PartitionStoppedError {
  return new PartitionStoppedError(`block ${block} of detect's state is damaged: ${detail}; ${restoreRemedy}`, {
    cause,
  });
}

/**
 * Returns what a function reads from the bytes of a block.
 * @throws {PartitionStoppedError} for every error of it that Offbeat does not foresee, because damaged bytes can cause any
 */
export function orDamaged<T>(block: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw damaged(block, messageOf(error), error);
  }
}
