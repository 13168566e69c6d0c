import { median } from 'simple-statistics';
import { detectStep } from '../functions/detect/detect.ts';
import { minuteMs } from '../functions/shared/domain/durations.ts';
import { defaultSettings } from '../functions/shared/domain/settings.ts';
import { defaultLayout } from '../functions/shared/log/layout.ts';
import type { LogRecord } from '../functions/shared/log/record.ts';
import { topics } from '../functions/shared/log/topics.ts';
import type { StepContext } from '../functions/shared/runner/step.ts';
import { liveTickMs } from '../functions/shared/time/live-ticks.ts';
import { cadenceMs, metrics, sampleRecord, tickRecordAt, timeOf } from './load.ts';
import type { BenchRow } from './row.ts';

const hosts = 1_000;
const devices = Array.from({ length: 10 }, (_, nth) => `sd${nth}`);
const groups = hosts * devices.length;
const minutes = 12;
/** The number of first ticks, not counted, in which the code is compiled. */
const notCounted = 2;
const documentsAMinute = minuteMs / cadenceMs;
const context: StepContext = { settings: defaultSettings, layout: defaultLayout, topic: topics.samples, partition: 0 };
const place = { partition: 0, offset: 0 };

type State = ReturnType<typeof detectStep.open>;

/** One tick as a batch of its own: what it cost, what it made. */
interface TimedTick {
  readonly us: number;
  readonly effects: number;
}

/**
 * Measures what one live tick costs `detect` in a partition of 100,000 series: a tick that closes no minute, as nearly all
 * do, and one that closes a minute in which every series was measured. The state is in memory; effects and changed blocks
 * are made.
 */
export function benchTicks(): BenchRow[] {
  const state = detectStep.open(new Map(), context);
  const timed = Array.from({ length: minutes }, (_, minute) => applyMinute(state, minute))
    .slice(notCounted)
    .flat();
  const closing = timed.filter(({ effects }) => effects > groups);
  const idle = timed.filter(({ effects }) => effects === 1);
  const closingUs = median(closing.map(({ us }) => us));
  const idleUs = median(idle.map(({ us }) => us));
  const series = (groups * metrics.length).toLocaleString('en');
  return [
    {
      name: 'a tick that closes a minute (peer)',
      figure: closingUs,
      unit: 'µs',
      note: `median of ${closing.length}; ${groups.toLocaleString('en')} summaries, all blocks encoded; ${series} series`,
    },
    {
      name: 'a tick that closes none',
      figure: idleUs,
      unit: 'µs',
      budget: idleUsMax,
      note: `median of ${idle.length}; ${(closingUs / idleUs).toFixed(0)} of them in one that closes a minute`,
    },
  ];
}

/** The limit for a tick that closes no minute, µs: thirty a minute for each lane must be negligible beside the samples. */
const idleUsMax = 100;

/** The first documents of a minute, then its ticks, one of which closes the minute before. */
function applyMinute(state: State, minute: number): TimedTick[] {
  const nth = minute * documentsAMinute;
  for (let host = 0; host < hosts; host += 1) {
    for (const device of devices) detectStep.apply(state, sampleRecord(host, device, nth, place), context);
  }
  detectStep.takeChanges(state);
  return Array.from({ length: minuteMs / liveTickMs }, (_, tick) =>
    applyTimed(state, tickRecordAt(timeOf(nth) + (tick + 1) * liveTickMs, place)),
  );
}

function applyTimed(state: State, tick: LogRecord): TimedTick {
  const beganMs = performance.now();
  const effects = detectStep.apply(state, tick, context).length;
  detectStep.takeChanges(state);
  return { us: 1000 * (performance.now() - beganMs), effects };
}
