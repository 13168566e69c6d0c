import { PipelineError } from '../../../shared/domain/errors.ts';

/**
 * An answer that is not what the protocol says: it has another length, another version, or values that cannot be. Stop: nothing of
 * it is used, and the same server will answer the same again. The message names the field, its value and what was expected.
 */
export class UnreadableAnswerError extends PipelineError {
  override readonly name = 'UnreadableAnswerError';
  readonly code = 'UNREADABLE_ANSWER';
  readonly action = 'stop';
}
