import { letterHeader } from '../log/dead-letter.ts';
import type { Effect } from '../log/record.ts';
import { topics } from '../log/topics.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Counts the letters among effects, by their reason: past the commit, so that a batch that comes again counts once. */
export function countDeadLetters(
  stage: string,
  effects: readonly Pick<Effect, 'topic' | 'headers'>[],
  telemetry: Telemetry,
): void {
  for (const { topic, headers } of effects) {
    if (topic !== topics.deadLetters) continue;
    telemetry.count('dead_letters', 1, { stage, reason: headers[letterHeader.reason] ?? '' });
  }
}
