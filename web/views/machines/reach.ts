import type { Measures } from '../../api/data-types.ts';

/** The number of machines in trouble, and of how many that is known. */
export interface Reach {
  readonly inTrouble: number;
  /** The machines that were looked at and are normal. */
  readonly normal: number;
  /** The machines that are not shown and that no open alert suspects: nothing is said of them. */
  readonly unseen: number;
}

/**
 * Returns what can be said about all machines where only some are shown. Those with an open alert come first and are counted all.
 * @param inTrouble the paths of the shown machines that are in trouble
 */
export function reachOf(
  { rows, count, troubled }: Pick<Measures, 'rows' | 'count' | 'troubled'>,
  inTrouble: ReadonlySet<string>,
): Reach {
  const withAlert = rows.filter(({ trouble }) => trouble.severity !== null).length;
  const unseen = count - rows.length;
  const moreTroubled = Math.min(unseen, Math.max(0, troubled - withAlert));
  return {
    inTrouble: inTrouble.size + moreTroubled,
    normal: rows.length - inTrouble.size,
    unseen: unseen - moreTroubled,
  };
}

/** Returns what is said of the machines that are not shown; empty if all are. */
export const unseenText = ({ unseen }: Reach): string =>
  unseen === 0 ? '' : `${unseen.toLocaleString('en')} more ${unseen === 1 ? 'is' : 'are'} not shown.`;

/** Returns what is said of the machines that were looked at and are normal, each of which has a line; empty if there is none. */
export function normalText({ normal, unseen }: Reach): string {
  if (normal === 0) return '';
  const which = unseen === 0 ? 'The other' : 'Of those shown,';
  return normal === 1
    ? `${which} one is normal and has a line.`
    : `${which} ${normal} are normal and have one line each.`;
}
