import { printable } from '../shared/domain/printable.ts';
import type { Member } from './cluster-state.ts';

type Ended = Pick<Member, 'over'>;

/** The words for a reason why an anomaly closed, and whether it is known then that the series is as it should be. */
interface Words {
  readonly text: string;
  /** The answer to whether it recovered: `no` for a level that stayed where it was, `unknown` where nothing was seen. */
  readonly recovered: 'yes' | 'no' | 'unknown';
}

const words: Readonly<Record<string, Words>> = {
  'back to normal': { text: 'back to normal', recovered: 'yes' },
  'data again': { text: 'data arrives again', recovered: 'yes' },
  'new level learned': { text: 'still at its new level, which is the usual one now', recovered: 'no' },
  'no data': { text: 'closed when its entity fell silent', recovered: 'unknown' },
  'no more samples': { text: 'closed when its samples stopped', recovered: 'unknown' },
  'series forgotten': { text: 'closed when its series was forgotten', recovered: 'unknown' },
  'ignored by settings': { text: 'closed because the settings ignore it now', recovered: 'unknown' },
  'replay ended': { text: 'still open when the replay ended', recovered: 'unknown' },
  'not repeated for an hour': { text: 'closed because nothing was reported of it for an hour', recovered: 'unknown' },
};

const open = 'open';
const stillOpen: Words = { text: 'resolved by an operator while still open', recovered: 'no' };

const wordsOf = (because: string): Words =>
  because === open
    ? stillOpen
    : (words[because] ?? { text: `closed because: ${printable(because)}`, recovered: 'unknown' });

/**
 * Returns one sentence about how an alert ended, so that nobody reads that a series recovered where nothing is known of it.
 * @param members all anomalies of a resolved alert; one that is open was resolved by an operator
 * @example
 * endingOf([member, member]); // => 'Ended: 1 of 2 back to normal, 1 of 2 closed when its samples stopped; whether all recovered is not known.'
 */
export function endingOf(members: readonly Ended[]): string {
  const counts = countsOf(members);
  const isUnknown = counts.some(([because]) => wordsOf(because).recovered === 'unknown');
  const unknown = isUnknown ? `; whether ${members.length === 1 ? 'it' : 'all'} recovered is not known` : '';
  if (counts.length === 1) return `Ended: ${wordsOf(counts[0]![0]).text}${unknown}.`;
  const parts = counts.map(([because, count]) => `${count} of ${members.length} ${wordsOf(because).text}`);
  return `Ended: ${parts.join(', ')}${unknown}.`;
}

/** Returns the reasons for which an alert's anomalies closed, each with its number where there are several. */
export function reasonsOf(members: readonly Ended[]): string {
  const counts = countsOf(members);
  if (counts.length === 1) return counts[0]![0];
  return counts.map(([because, count]) => `${because} (${count})`).join(', ');
}

/** Returns how many anomalies ended for each reason, the most frequent one first. */
function countsOf(members: readonly Ended[]): (readonly [because: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { over } of members) counts.set(over?.because ?? open, (counts.get(over?.because ?? open) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
