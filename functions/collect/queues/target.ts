import { UsageError } from '../../shared/domain/errors.ts';
import { shown } from '../../shared/domain/shown.ts';

/** The queues and topics of the deployment that collects them. */
export interface QueuesTarget {
  readonly url: typeof url;
}

const url = 'aws://queues';

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 */
export function parseQueuesTarget(text: string): QueuesTarget {
  if (/^aws:\/\/queues\/?$/i.test(text)) return { url };
  throw new UsageError(`${shown(text)} is no address of queues; expected aws://queues: those of the deployment`);
}
