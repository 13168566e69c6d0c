import type { AlertTotals } from '../../alerts/totals.ts';
import { leadingNumber } from '../../alerts/words.ts';
import type { AlertSummary } from '../../api/types.ts';
import { momentText, type Zone } from '../../format/moment.ts';
import type { StormPicture } from './storm-groups.ts';

/** The moment and the zone in which times are said. */
interface Clock {
  readonly nowMs: number;
  readonly zone: Zone;
}

/**
 * Returns the second sentence of a storm: what has other causes, who was paged, and how many somebody has.
 * @param open the alerts that are listed
 */
export function stormText(
  { cause, rest }: StormPicture,
  open: readonly AlertSummary[],
  totals: AlertTotals,
  clock: Clock,
): string {
  return [
    cause !== undefined && rest.length > 0 ? apartText(rest.length) : '',
    pagedText(open, totals, clock),
    takenText(totals),
    totals.open > open.length ? `The ${open.length.toLocaleString('en')} worst are listed.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const apartText = (count: number): string =>
  `${leadingNumber(count)} ${count === 1 ? 'alert has another cause and is' : 'alerts have other causes and are'} listed apart.`;

function pagedText(open: readonly AlertSummary[], { paged }: AlertTotals, { nowMs, zone }: Clock): string {
  if (paged === 0) return 'Nobody was paged yet.';
  const times = open.flatMap((alert) => alert.paged?.atMs ?? []);
  if (times.length === 0) return `On call was paged for ${paged.toLocaleString('en')}.`;
  const first = momentText(Math.min(...times), zone, nowMs);
  return times.length === 1 && paged === 1
    ? `On call was paged for one, at ${first}.`
    : `On call was paged for ${paged.toLocaleString('en')}, first at ${first}.`;
}

function takenText({ open, acknowledged }: AlertTotals): string {
  if (acknowledged === 0) return 'Nobody has acknowledged any yet.';
  if (acknowledged === open) return 'All are acknowledged.';
  return `${leadingNumber(acknowledged)} of ${open.toLocaleString('en')} ${acknowledged === 1 ? 'is' : 'are'} acknowledged.`;
}
