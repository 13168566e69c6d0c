import type { AlertDetail } from '../../api/alert-types.ts';
import { listed } from '../../format/words.ts';

type Told = Pick<AlertDetail, 'deliveries' | 'firstPageRevision'>;

/**
 * Returns who got the first message, and who did not; empty where no delivery of it is known.
 * @example
 * toldText(alert); // => 'Told: chat. Not yet: pager.'
 */
export function toldText({ deliveries, firstPageRevision }: Told): string {
  const first = deliveries.filter(({ revision }) => revision === firstPageRevision);
  const of = (...states: readonly string[]): string[] => [
    ...new Set(first.filter(({ state }) => states.includes(state)).map(({ receiver }) => receiver)),
  ];
  const told = of('delivered');
  const not = (names: readonly string[]): string => listed(names.filter((name) => !told.includes(name)));
  const parts = [
    ['Told', listed(told)],
    ['Not yet', not(of('waiting'))],
    ['Given up', not(of('given up'))],
  ];
  return parts.flatMap(([word, names]) => (names === '' ? [] : [`${word}: ${names}.`])).join(' ');
}

/** Returns what is known of deliveries where none is listed: somebody may have been told all the same. */
export const undeliveredText = ({ firstPageRevision }: Pick<Told, 'firstPageRevision'>): string =>
  firstPageRevision === undefined
    ? 'Nobody was told yet.'
    : 'A message was made; whether it was delivered is not known.';
