import { dayMs, hourMs } from '../../functions/shared/domain/durations.ts';
import { Random } from '../quality/random.ts';
import { CounterTotals, quietCollections, stamp } from './collections.ts';
import type { FaultKind } from './fault.ts';
import { type FaultRecording, startMs } from './fault-recording.ts';
import { multiplyAt } from './fields.ts';
import type { QuietCluster } from './quiet-cluster.ts';

const key = 'kafka.partition node-m 0';
const newest = 'kafka.partition.offset.newest';

/** The last of the days, and the hours of it in which the topic stays at the level of the night. */
const [days, goneFromHour, goneToHour] = [4, 9, 17];

/** The share of the mean that is written at night; at noon it is as much more. */
const [nightShare, swing] = [0.2, 0.8];

/** The rise of a topic that grows by day does not come. Every value of that day occurs in every night. */
export const dailyPatternGone: FaultKind = {
  name: 'daily pattern gone',
  collections: 0,
  pages: true,
  place: () => ({ entities: ['topic/orders'], change() {} }),
};

/** Returns a recording of one partition of a topic with a daily pattern, which is gone on the last day. */
export function dailyRecording(quiet: QuietCluster, seed: number, periodMs: number): FaultRecording {
  const lastDayMs = startMs + (days - 1) * dayMs;
  const [fromMs, toMs] = [lastDayMs + goneFromHour * hourMs, lastDayMs + goneToHour * hourMs];
  const label = {
    id: 'daily-pattern-gone',
    kind: dailyPatternGone.name,
    start: new Date(fromMs).toISOString(),
    end: new Date(toMs).toISOString(),
    entities: ['topic/orders'],
  };
  return {
    labels: { period_s: periodMs / 1000, incidents: [label] },
    segments: [{ kind: dailyPatternGone, fromMs, toMs: Number.MAX_SAFE_INTEGER }],
    lines: () => linesOf(quiet, seed, periodMs, (timeMs) => timeMs >= fromMs && timeMs < toMs),
  };
}

function* linesOf(
  quiet: QuietCluster,
  seed: number,
  periodMs: number,
  isGone: (timeMs: number) => boolean,
): Generator<string> {
  const template = quiet.templates.find((each) => each.key === key)!;
  const totals = new CounterTotals();
  const topic = { ...quiet, templates: [template] };
  let timeMs = startMs;
  for (const collection of quietCollections(topic, periodMs, new Random(2_000_000 + seed))) {
    const document = collection.get(key)!;
    multiplyAt(document, newest, isGone(timeMs) ? nightShare : shareAt(timeMs));
    stamp(document, timeMs, periodMs);
    totals.addUp(template, document);
    yield JSON.stringify(document);
    timeMs += periodMs;
    if (timeMs >= startMs + days * dayMs) return;
  }
}

/** Returns what is written at a time, as a share of the mean: least at midnight and most at noon. */
const shareAt = (timeMs: number): number => 1 - swing * Math.cos((2 * Math.PI * (timeMs % dayMs)) / dayMs);
