import type { Alert } from '../api/alert-types.ts';
import { alertTitle } from '../format/alert-title.ts';
import { leadingNumber, type Situation } from './words.ts';

const order = ['critical', 'warning', 'info'];

/** Returns the alerts that were open at a moment, the worst first. Notices, which last for days, are left out. */
export function openAt(alerts: readonly Alert[], atMs: number): Alert[] {
  return alerts
    .filter(({ severity }) => severity !== 'info')
    .filter(({ startsAtMs, endsAtMs, status, updatedAtMs }) => {
      const endMs = endsAtMs ?? (status === 'resolved' ? updatedAtMs : Number.POSITIVE_INFINITY);
      return startsAtMs <= atMs && endMs > atMs;
    })
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/** Returns the title of an alert of a list. */
export const titleOf = (alert: Alert): string => alertTitle({ ...alert, cause: alert.suspects[0] });

/**
 * Returns the situation at the end of a range of the past: the alerts that were open then, before what is so at present. Where none was,
 * that of the present is returned.
 * @param open the worst first
 * @param at   the end of the range, as text
 */
export function situationAtEnd(present: Situation, open: readonly Alert[], at: string): Situation {
  const [worst] = open;
  if (worst === undefined) return present;
  const count = open.length === 1 ? 'one alert was' : `${leadingNumber(open.length).toLowerCase()} alerts were`;
  const say = `At the end of the range, ${at}, ${count} open${open.length === 1 ? '' : ', the worst'}: ${titleOf(worst)}.`;
  return { glyph: worst.severity, say, sub: `Since then: ${present.say} ${present.sub}`, meaning: say };
}
