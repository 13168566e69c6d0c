import type { Alert } from '../../api/alert-types.ts';
import type { AlertSummary } from '../../api/types.ts';

/** The alerts that the sentence of Now leads to, and that its keys act on: always the one that it names. */
export interface Offered {
  /** The id of the alert that a link opens; absent where none is open. */
  readonly id?: string;
  /** The alert that is acknowledged or silenced; absent while the sentence names one of the past. */
  readonly acted?: AlertSummary;
}

/**
 * Returns what is offered beside the sentence.
 * @param openAtEnd the alerts that were open at the end of a range of the past, the worst first; empty for the present
 * @param loud      the open alerts of the present that are not silenced, the worst first
 */
export function offeredOf(openAtEnd: readonly Pick<Alert, 'id'>[], loud: readonly AlertSummary[]): Offered {
  const [past] = openAtEnd;
  if (past !== undefined) return { id: past.id };
  const [acted] = loud;
  return acted === undefined ? {} : { id: acted.id, acted };
}
