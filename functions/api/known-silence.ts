import { isDeepStrictEqual } from 'node:util';
import { shown } from '../shared/domain/shown.ts';
import { type SilenceCommand, silenceStartMs } from '../shared/domain/signal.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';
import { refusal } from './query.ts';

/**
 * Refuses a silence whose id its cluster has for another one: the alert stage applies an id once a day, so nothing would
 * happen. The same silence again is a second try of the same request.
 * @param known what the warehouse has under the id, of the same cluster
 * @throws {Error} a 409 that names what differs, and the remedy
 */
export function refuseOther(command: SilenceCommand, known: SilenceRecord): void {
  const differing = differences(command, known);
  if (differing.length === 0) return;
  const unsilence = known.state === 'over' ? '' : `, and end the existing one with "unsilence" if it is in the way`;
  throw refusal(
    409,
    `id: ${shown(command.id)} is an existing silence of cluster ${shown(command.cluster)} with other ` +
      `${differing.join(' and ')}, and a silence is not changed by its id; post this one under a new id${unsilence}`,
  );
}

/** The names of the fields in which a command differs from what was made of its id; the order of matchers means nothing. */
function differences({ matchers, startsAtMs, endsAtMs }: SilenceCommand, known: SilenceRecord): string[] {
  // Without a start of its own a silence starts when it was asked for, and a second try is asked for later.
  const startMs = silenceStartMs({ atMs: known.createdAtMs, startsAtMs });
  return [
    ...(isDeepStrictEqual(matchers, known.matchers) ? [] : ['matchers']),
    ...(startMs === known.startsAtMs ? [] : ['startsAtMs']),
    ...(endsAtMs === known.endsAtMs ? [] : ['endsAtMs']),
  ];
}
