import { signal } from '@preact/signals';
import type { AlertSummary } from '../api/types.ts';

/** An action that may be asked for here, and that an alert shows only once it is applied. */
export type AskedAction = 'ack' | 'resolve';

interface Asked {
  readonly action: AskedAction;
  /** A flag: it was not applied in time, so that it may be asked for again. */
  readonly isLate: boolean;
}

/** Milliseconds after which what was asked for should have been applied. */
const appliedWithinMs = 30_000;

const asked = signal<ReadonlyMap<string, Asked>>(new Map());

/** Keeps what is asked of alerts, before it is sent: nobody asks for it twice. */
export function keepAsked(ids: readonly string[], action: AskedAction): void {
  const added = new Map(ids.map((id) => [id, { action, isLate: false }]));
  asked.value = new Map([...asked.peek(), ...added]);
  setTimeout(() => {
    const late = [...asked.peek()].map(
      ([id, one]) => [id, one === added.get(id) ? { ...one, isLate: true } : one] as const,
    );
    asked.value = new Map(late);
  }, appliedWithinMs);
}

/** Forgets what was asked of alerts, for instance because it was refused. */
export function forgetAsked(ids: readonly string[]): void {
  const left = new Map(asked.peek());
  for (const id of ids) left.delete(id);
  if (left.size !== asked.peek().size) asked.value = left;
}

/** Forgets what the states of alerts show to be applied. */
export function forgetApplied(alerts: readonly Pick<AlertSummary, 'id' | 'status'>[]): void {
  forgetAsked(alerts.filter((alert) => isApplied(alert, asked.peek().get(alert.id)?.action)).map(({ id }) => id));
}

const isApplied = ({ status }: Pick<AlertSummary, 'status'>, action: AskedAction | undefined): boolean =>
  status === 'resolved' || (status === 'acknowledged' && action === 'ack');

/** Returns whether something was asked of an alert that it need not be asked for again. An acknowledgement does not keep from resolving. */
export function isPending(id: string, action: AskedAction): boolean {
  const one = asked.value.get(id);
  return one?.isLate === false && (one.action === action || one.action === 'resolve');
}

const words: Readonly<Record<AskedAction, readonly [pending: string, late: string]>> = {
  ack: ['Being acknowledged', 'The acknowledgement is not applied yet'],
  resolve: ['Being resolved', 'Resolving it is not applied yet'],
};

/** Returns what was asked of an alert while it does not show; `undefined` if nothing was. */
export function pendingText(alert: Pick<AlertSummary, 'id' | 'status'>): string | undefined {
  const one = asked.value.get(alert.id);
  if (one === undefined || isApplied(alert, one.action)) return undefined;
  return words[one.action][one.isLate ? 1 : 0];
}
