import { silenceOverMs } from '../../../functions/shared/domain/silence-over.ts';
import { leadingNumber } from '../../alerts/words.ts';
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

/**
 * Returns what active silences mute. Several are not added up, as one alert may be under more than one of them.
 * @param active at least one
 */
export function mutingText(active: readonly Pick<Silence, 'mutesNow'>[]): string {
  const verb = active.length === 1 ? 'silence mutes' : 'silences mute';
  const who = `${leadingNumber(active.length)} ${verb}`;
  if (active.every(({ mutesNow }) => mutesNow === 0)) return `${who} nothing now`;
  const [{ mutesNow: count } = {}] = active;
  if (active.length > 1 || count === undefined) return `${who} open alerts`;
  return `${who} ${count} open ${count === 1 ? 'alert' : 'alerts'}`;
}
