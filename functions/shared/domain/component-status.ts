import type { StatusWord } from './inventory.ts';

/** The state of a component in a word, and why it is not `ok`. */
export interface ComponentStatus {
  readonly status: StatusWord;
  /** The reasons in words, the worst first; absent if it is `ok`. */
  readonly reason?: string;
}

/** Returns `ok` if there is no reason, else the status with all reasons. */
export const statusOf = (status: 'degraded' | 'down', reasons: readonly string[]): ComponentStatus =>
  reasons.length === 0 ? { status: 'ok' } : { status, reason: reasons.join('; ') };

/** Returns a number with its noun: `1 chunk`, `2,000 chunks`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
