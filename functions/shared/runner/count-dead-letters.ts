import { letterHeader } from '../log/dead-letter.ts';
import type { OutgoingRecord } from '../log/record.ts';
import { topics } from '../log/topics.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * Counts the dead letters among effects, by their reason. It is called after the commit point, so that a batch that
 * is retried counts once.
 */
export function countDeadLetters(
  stage: string,
  effects: readonly Pick<OutgoingRecord, 'topic' | 'headers'>[],
  telemetry: Telemetry,
): void {
  for (const { topic, headers } of effects) {
    if (topic !== topics.deadLetters) continue;
    telemetry.count('dead_letters', 1, { stage, reason: headers[letterHeader.reason] ?? '' });
  }
}
