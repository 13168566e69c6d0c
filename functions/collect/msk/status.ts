import { type ComponentStatus, counted, statusOf } from '../../shared/domain/component-status.ts';
import { shownText } from '../../shared/domain/shown.ts';
import type { ManagedKafkaSnapshot } from '../../shared/ports/managed-kafka.ts';

/** The meaning of a state of MSK. */
interface StateMeaning {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly words: string;
  /** A flag: the cluster serves. It is absent for one that does not serve yet, which is no fault to page for. */
  readonly up?: boolean;
}

/** The states of a cluster. @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-cluster-states.html */
const states: ReadonlyMap<string, StateMeaning> = new Map([
  ['ACTIVE', { status: 'ok', words: 'it serves', up: true }],
  ['UPDATING', { status: 'degraded', words: 'it is updated, broker by broker', up: true }],
  ['HEALING', { status: 'degraded', words: 'MSK replaces a broker', up: true }],
  ['MAINTENANCE', { status: 'degraded', words: 'MSK maintains it, broker by broker', up: true }],
  ['REBOOTING_BROKER', { status: 'degraded', words: 'a broker restarts', up: true }],
  ['CREATING', { status: 'down', words: 'it does not serve yet' }],
  ['DELETING', { status: 'down', words: 'it is deleted', up: false }],
  ['FAILED', { status: 'down', words: 'MSK could not create or delete it', up: false }],
]);

/** Returns whether a cluster in a state serves; `undefined` if the state does not say so. */
export const isUp = (state: string): boolean | undefined => states.get(state)?.up;

/** Returns the status of a cluster. A state that is not known here makes it `unknown`, and the reason has the word. */
export function clusterStatus(snapshot: ManagedKafkaSnapshot): ComponentStatus {
  const { state, cause } = snapshot;
  const meaning = states.get(state);
  const because = cause === undefined ? '' : ` (${shownText(cause)})`;
  if (meaning === undefined) {
    const word = state === '' ? 'MSK reports no state' : `its state is ${shownText(state)}, which is not known here`;
    return { status: 'unknown', reason: `${word}${because}` };
  }
  const ofState = meaning.status === 'ok' ? [] : [`its state is ${state}: ${meaning.words}${because}`];
  return statusOf(meaning.status === 'down' ? 'down' : 'degraded', [...ofState, ...reasonsOf(snapshot)]);
}

/** Returns the reasons beside the state. */
function reasonsOf({ brokersWanted, brokers, unread }: ManagedKafkaSnapshot): string[] {
  const isShort = brokersWanted !== undefined && unread.length === 0 && brokers.length < brokersWanted;
  return [
    ...(isShort ? [`${brokers.length} of ${counted(brokersWanted, 'broker')} listed`] : []),
    ...unread.map(({ part, reason }) => `not read: ${part} (${reason})`),
  ];
}
