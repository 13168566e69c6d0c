import { isGap, nextCadence, rateOf } from '../shared/domain/counter.ts';
import type { Settings } from '../shared/domain/settings.ts';
import { wasAhead } from '../shared/time/append-time.ts';
import type { Applied } from './applied.ts';
import { checkForecast } from './check-forecast.ts';
import { checkLimits, forgetBeyond } from './check-limits.ts';
import { notePeerValue } from './check-peers.ts';
import { closeSeries } from './close-series.ts';
import type { SeriesCursor } from './cursor.ts';
import { metricOf } from './group.ts';
import { addToMinute, noteScore } from './minute.ts';
import { observe } from './observe.ts';
import { minuteParity, type SeriesValues, slot } from './slot.ts';
import { noteReading, type TrendOutcome } from './trend.ts';
import { blankVerdict } from './verdict.ts';

/** Applies the value of a gauge or a counter, unless the series has a newer one. */
export function applyReading(applied: Applied, cursor: SeriesCursor, raw: number, isOpen: boolean): void {
  const { state, timestampMs, minute } = applied;
  const { values, at } = cursor;
  const lastMs = lastSampleMs(applied, cursor);
  if (timestampMs < lastMs) {
    state.count(applied.isHistory ? 'history not newer' : 'late');
    return;
  }
  if (timestampMs === lastMs) {
    const isEqual = raw === values[at + slot.lastRaw];
    if (!isEqual) applied.contradicts = true;
    if (applied.isHistory) state.count('history not newer');
    else state.count(isEqual ? 'duplicate' : 'collision');
    return;
  }
  if (lastMs > 0 && 2 * (timestampMs - lastMs) < (applied.periodMs ?? values[at + slot.cadenceMs]!)) {
    applied.isClose = true;
  }
  const { kind, kindIsGuessed } = cursor.metric.rule;
  const lastRaw = lastMs === 0 || isRestarted(applied, lastMs) ? undefined : values[at + slot.lastRaw]!;
  const trend = kindIsGuessed ? noteReading(cursor, raw, lastRaw) : 'value';
  const value = kind === 'counter' || isOfCounter(trend) ? rate(applied, cursor, raw) : raw;
  keepReading(applied, cursor, raw, lastMs);
  if (trend !== 'value') {
    applyTrend(applied, cursor, { trend, raw, value, isOpen });
  } else if (value !== undefined) {
    observe(cursor, value, applied, applied.effects);
    if (isOpen) addToMinute(cursor, minuteParity(minute), value, cursor.verdict);
  }
  if (value === undefined) return;
  if (!applied.isHistory) checkLimits(cursor, value, applied, applied.effects);
  checkForecast(cursor, value, applied, applied.effects);
  notePeerValue(cursor, value);
}

/** Notes the time and the value of a reading, and the interval since the one before. */
function keepReading({ group, timestampMs }: Applied, cursor: SeriesCursor, raw: number, lastMs: number): void {
  const { values, at, index } = cursor;
  const cadenceMs = values[at + slot.cadenceMs]!;
  if (lastMs > 0) values[at + slot.cadenceMs] = nextCadence(cadenceMs, timestampMs - lastMs);
  // Samples that were off before a gap do not count together with samples that are off after it.
  if (isGap(timestampMs - lastMs, cadenceMs)) {
    if (!group.episodes.has(index)) cursor.endCandidate();
    forgetBeyond(group, index);
  }
  values[at + slot.lastMs] = timestampMs;
  values[at + slot.lastRaw] = raw;
}

/**
 * Returns the time of the newest sample of a series, ms. A time ahead of the newest tick came from a clock that was set right
 * since: then the series starts again, as after a gap, because otherwise all samples that follow would be late.
 */
function lastSampleMs({ newestMs, timestampMs }: Applied, { values, at }: SeriesValues): number {
  const lastMs = values[at + slot.lastMs]!;
  if (newestMs === undefined || !wasAhead(lastMs, Math.max(newestMs, timestampMs))) return lastMs;
  values[at + slot.lastMs] = 0;
  return 0;
}

/**
 * Returns whether the counters of a sample began after the reading before. The start alone does not show it: a boot time
 * that is computed from the uptime moves by some milliseconds with each sample.
 */
const isRestarted = ({ startMs = 0 }: Applied, lastMs: number): boolean => startMs > lastMs;

/** @returns the rate of a counter; `undefined` for a first reading, a reset or a gap */
function rate(applied: Applied, { values, at }: SeriesValues, raw: number): number | undefined {
  const { state, timestampMs } = applied;
  const lastMs = values[at + slot.lastMs]!;
  if (lastMs > 0 && isRestarted(applied, lastMs)) {
    state.count('counter reset');
    return undefined;
  }
  const previous = lastMs === 0 ? undefined : { timestampMs: lastMs, value: values[at + slot.lastRaw]! };
  const result = rateOf(previous, { timestampMs, value: raw }, values[at + slot.cadenceMs]);
  if ('perSecond' in result) return result.perSecond;
  if (result.outcome === 'counter reset' || result.outcome === 'gap') state.count(result.outcome);
  return undefined;
}

const isOfCounter = (trend: TrendOutcome): boolean => trend === 'difference' || trend === 'reset' || trend === 'rises';

/** A verdict for the minutes of values that are not judged. */
const notJudged = blankVerdict();

/** A reading of a metric without a known kind that does not simply move like a gauge. */
interface TrendReading {
  readonly trend: Exclude<TrendOutcome, 'value'>;
  readonly raw: number;
  /** The value to judge: the rate of a series that rises like a counter, `undefined` where it has none. */
  readonly value: number | undefined;
  readonly isOpen: boolean;
}

/**
 * Learns and judges a reading by its trend. Minutes contain the value itself in any case: in the warehouse and the API
 * the metric stays a gauge.
 */
function applyTrend(applied: Applied, cursor: SeriesCursor, { trend, raw, value, isOpen }: TrendReading): void {
  const { minute, effects } = applied;
  if (trend === 'rises' || trend === 'falls') judgeAnew(applied, cursor);
  cursor.verdict.ready = false;
  if (trend === 'undecided') cursor.learn(applied.timestampMs, raw);
  else if (value !== undefined) observe(cursor, value, applied, effects);
  if (!isOpen) return;
  addToMinute(cursor, minuteParity(minute), raw, notJudged);
  if (cursor.verdict.ready) noteScore(cursor, minuteParity(minute), cursor.verdict);
}

/**
 * Makes a counter of a series whose kind was guessed, because its samples name the kind now: the settings may name counters
 * that are known as gauges. Its open minutes begin anew with rates.
 */
export function adoptCounter(applied: Applied, cursor: SeriesCursor, settings: Settings): void {
  const { group } = applied;
  const { values, at, index, metric } = cursor;
  const named = metricOf(group.identity, { name: metric.name, kind: 'counter', unit: metric.unit }, settings);
  judgeAnew(applied, cursor);
  group.metrics[index] = named;
  values.fill(0, at + slot.minutes, at + slot.detector);
  cursor.moveTo(index);
}

/** Forgets what a series has learned, because its value and its change per second have nothing in common. */
function judgeAnew({ group, stageMs, effects }: Applied, cursor: SeriesCursor): void {
  const { index } = cursor;
  closeSeries(group, index, { stageMs, because: 'judged in another way' }, effects);
  cursor.forget();
}
