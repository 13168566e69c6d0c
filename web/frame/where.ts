import { computed, effect, signal } from '@preact/signals';
import { isLive } from '../api/live.ts';
import { arrival, writeAddress } from './address.ts';
import type { Range } from './range/range.ts';

export type { Range } from './range/range.ts';

export const standardRange: Range = { from: '-15m', to: 'now' };

/** The range of all views but those with a range of their own. */
export const range = signal<Range>(standardRange);
/** The cluster that views are limited to; empty for all. */
export const cluster = signal('');
/** The zone in which times are shown. */
export const zone = signal<'utc' | 'local'>('utc');
/** The distance to the earlier time that charts show dashed, such as `1d`; empty for none. */
export const compare = signal('');
/** The theme that the address names, which stays in it until the person chooses another one; `null` for none. */
export const addressTheme = signal(new URLSearchParams(location.search).get('theme'));
/** States whether the page is shown on a screen in an office, with nothing to press. */
export const isWall = signal(false);

/**
 * Reads what the address names for all views.
 * @param isRestored a flag: what it does not name is as at the beginning; after a link it stays as it is
 */
function readShared(isRestored: boolean): void {
  const all = new URLSearchParams(location.search);
  const short = all.get('range');
  const from = all.get('from') ?? (short === null ? null : `-${short}`);
  if (from !== null) range.value = { from, to: all.get('to') ?? 'now' };
  else if (isRestored) range.value = standardRange;
  const named = all.get('cluster') ?? (isRestored ? '' : null);
  if (named !== null) cluster.value = named;
  if (all.has('zone')) zone.value = all.get('zone') === 'local' ? 'local' : 'utc';
  const other = all.get('compare');
  // `-1d` is how other times of an address are written.
  if (other !== null) compare.value = other.replace(/^-/, '');
  if (all.get('wall') === '1') isWall.value = true;
}

/** The names and values that the address keeps for all views. */
const shared = computed(() => {
  const kept = new URLSearchParams();
  if (range.value.from !== standardRange.from || range.value.to !== 'now') {
    kept.set('from', range.value.from);
    kept.set('to', range.value.to);
  }
  if (cluster.value !== '') kept.set('cluster', cluster.value);
  if (zone.value === 'local') kept.set('zone', 'local');
  if (compare.value !== '') kept.set('compare', compare.value);
  if (addressTheme.value !== null) kept.set('theme', addressTheme.value);
  if (isWall.value) kept.set('wall', '1');
  return kept;
});

/** Begins to keep the signals and the address equal. */
export function followAddress(): void {
  effect(() => {
    readShared(arrival.value.isRestored);
  });
  effect(() => writeAddress(shared.value));
  effect(() => {
    isLive.value = range.value.to === 'now';
  });
  effect(() => {
    if (isWall.value) document.documentElement.dataset.wall = '1';
  });
}
