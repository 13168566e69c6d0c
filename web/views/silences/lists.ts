import { silenceOverMs } from '../../../functions/shared/domain/silence-over.ts';
import type { Silence, Silences } from '../../api/alert-types.ts';
import type { Query } from '../../api/client.ts';

type State = Silence['state'];

/** The most silences that the API answers at once. */
const answeredMax = 1_000;
/** The most silences that are over and are listed. */
const overMax = 100;

/**
 * Returns the question for the silences of one state. Each state has a question of its own: the newest silences may all be over while an
 * older one still mutes.
 */
export function questionOf(state: State, cluster: string): Query {
  return { state, cluster, limit: state === 'over' ? overMax : answeredMax };
}

const order: Readonly<Record<State, (a: Silence, b: Silence) => number>> = {
  active: (a, b) => a.endsAtMs - b.endsAtMs,
  pending: (a, b) => a.startsAtMs - b.startsAtMs,
  over: (a, b) => silenceOverMs(b) - silenceOverMs(a),
};

/** Returns the silences of one state: the next to end, the next to begin, or the last to end first. */
export function sortedSilences(state: State, { silences }: Pick<Silences, 'silences'>): Silence[] {
  return [...silences].sort(order[state]);
}

/** Returns how many silences an answer has, and whether there are more: `1000 or more`. */
export function countedText({ silences, next }: Pick<Silences, 'silences' | 'next'>): string {
  return `${silences.length}${next === undefined ? '' : ' or more'}`;
}
