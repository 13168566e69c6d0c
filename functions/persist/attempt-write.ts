import { type Attempt, attemptId, attemptSchema } from '../shared/domain/attempt.ts';
import { check } from '../shared/domain/check.ts';
import { RefusedRecordError } from '../shared/domain/errors.ts';
import type { WarehouseWrite } from '../shared/ports/warehouse.ts';
import { attemptDocument } from '../shared/warehouse/attempt-document.ts';

/**
 * Returns the write of the attempt that a message of the queue of attempts contains.
 * @throws {RefusedRecordError} with the name of the field that is wrong
 */
export function attemptWrite(body: string): WarehouseWrite {
  const attempt = decodeAttempt(body);
  const document = attemptDocument.write(attempt);
  return { family: 'offbeat-deliveries', id: attemptId(attempt), timeMs: attempt.startedAtMs, document };
}

function decodeAttempt(body: string): Attempt {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new RefusedRecordError('not an attempt', 'not an attempt: not JSON', { cause: error });
  }
  const checked = check(attemptSchema, value);
  if ('value' in checked) return checked.value;
  throw new RefusedRecordError('not an attempt', `not an attempt: ${checked.faults}`);
}
