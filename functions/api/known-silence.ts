import { isDeepStrictEqual } from 'node:util';
import { shown } from '../shared/domain/shown.ts';
import { type SilenceCommand, silenceStartMs } from '../shared/domain/signal.ts';
import type { SilenceRecord } from '../shared/domain/silence.ts';
import { Problem } from './problem.ts';

/**
 * Refuses a silence if its cluster has another silence with the same id: the alert stage applies an id once a day, so the
 * new silence would have no effect. An equal silence is accepted, as a repeat of the same request.
 * @param known the silence of the same cluster and id in the warehouse
 * @throws {Problem} 409, with the fields that differ and the remedy
 */
export function refuseOther(command: SilenceCommand, known: SilenceRecord): void {
  const differing = differences(command, known);
  if (differing.length === 0) return;
  const unsilence = known.state === 'over' ? '' : `, and end the existing one with "unsilence" if it is in the way`;
  throw new Problem(
    409,
    `id: ${shown(command.id)} is an existing silence of cluster ${shown(command.cluster)} with other ` +
      `${differing.join(' and ')}, and a silence is not changed by its id; post this one under a new id${unsilence}`,
  );
}

/** Returns the names of the fields in which a command and an existing silence differ. The order of matchers is ignored. */
function differences({ matchers, startsAtMs, endsAtMs }: SilenceCommand, known: SilenceRecord): string[] {
  // A silence without a start starts when it was asked for, and a repeat of the request is asked for later.
  const startMs = silenceStartMs({ atMs: known.createdAtMs, startsAtMs });
  return [
    ...(isDeepStrictEqual(matchers, known.matchers) ? [] : ['matchers']),
    ...(startMs === known.startsAtMs ? [] : ['startsAtMs']),
    ...(endsAtMs === known.endsAtMs ? [] : ['endsAtMs']),
  ];
}
