import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { Random } from '../quality/random.ts';
import { CounterTotals, quietCollections, stamp } from './collections.ts';
import type { FaultContext, FaultKind, PlacedFault } from './fault.ts';
import { hostFaults } from './host-faults.ts';
import type { QuietCluster } from './quiet-cluster.ts';
import { storageFaults } from './storage-faults.ts';
import { streamFaults } from './stream-faults.ts';

/**
 * The kinds of faults over the recorded cluster, and the normal work that looks like one, by recording. Each kind of trouble
 * with the topic has a recording of its own: one that widens what is usual hides a smaller one for a long time.
 */
export const faultGroups: readonly (readonly FaultKind[])[] = [0, 1, 2, 3].map((nth) =>
  [storageFaults, streamFaults, hostFaults].flatMap((family) => family.filter((_, own) => own % 4 === nth)),
);

/** All these kinds. */
export const clusterFaults: readonly FaultKind[] = [...storageFaults, ...streamFaults, ...hostFaults];

export interface FaultRecordingOptions {
  readonly quiet: QuietCluster;
  readonly kinds: readonly FaultKind[];
  readonly seed: number;
  /** The time between two collections, ms; a multiple of 10,000. */
  readonly periodMs: number;
  /**
   * Collections before the first fault.
   *
   * @default 180, or as many as 70 min have: file systems, which are collected once a minute, are judged from the 51st value on
   */
  readonly warmUp?: number;
}

/** The time in which a page belongs to a kind: from a fault to the next one. Ms since the epoch, the end exclusive. */
export interface Segment {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A recording as lines, with its labels as `npx offbeat backtest` reads them. */
export interface FaultRecording {
  readonly labels: object;
  readonly segments: readonly Segment[];
  /** Yields the documents in order. A second call yields the same ones. */
  lines(): Generator<string>;
}

const warmUpCollections = 180;
const warmUpMs = 70 * minuteMs;
/** Collections without any fault after each fault. */
const calmCollections = 60;
/** The time of the first collection. */
export const startMs = Date.UTC(2026, 0, 5);

interface Scheduled {
  readonly kind: FaultKind;
  readonly fault: PlacedFault;
  /** The number of the first collection that it changes. */
  readonly from: number;
  /** The share of a period by which it began before that collection. */
  readonly phase: number;
}

/** Returns a recording in which each kind occurs once, in an order and at places that the seed decides. */
export function faultRecording(options: FaultRecordingOptions): FaultRecording {
  const { periodMs } = options;
  const schedule = scheduleOf(options);
  const timeOf = (collection: number): number => startMs + collection * periodMs;
  const beganMs = ({ from, phase }: Scheduled): number => Math.round(timeOf(from) - phase * periodMs);
  const labelOf = (each: Scheduled) => ({
    kind: each.kind.name,
    start: new Date(beganMs(each)).toISOString(),
    end: new Date(timeOf(each.from + each.kind.collections - 1)).toISOString(),
  });
  return {
    labels: {
      period_s: periodMs / 1000,
      incidents: schedule
        .filter(({ kind }) => kind.pages)
        .map((each) => ({ id: each.kind.name.replaceAll(' ', '-'), entities: each.fault.entities, ...labelOf(each) })),
      benign: schedule.filter(({ kind }) => !kind.pages).map(labelOf),
    },
    segments: schedule.map(({ kind, from }, nth) => {
      const next = schedule[nth + 1]?.from ?? Number.MAX_SAFE_INTEGER / periodMs;
      return { kind, fromMs: timeOf(from) - 2 * periodMs, toMs: startMs + (next - 2) * periodMs };
    }),
    lines: () => linesOf(options, scheduleOf(options)),
  };
}

function scheduleOf({ kinds, seed, periodMs, warmUp }: FaultRecordingOptions): Scheduled[] {
  const random = new Random(seed);
  let from = warmUp ?? Math.max(warmUpCollections, Math.ceil(warmUpMs / periodMs));
  return shuffled(kinds, random).map((kind) => {
    const scheduled = { kind, fault: kind.place(random), from, phase: random.uniform() };
    from += kind.collections + calmCollections;
    return scheduled;
  });
}

/** Returns the items in a random order (Fisher and Yates). */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.uniform() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}

function* linesOf({ quiet, seed, periodMs }: FaultRecordingOptions, schedule: readonly Scheduled[]): Generator<string> {
  const context: FaultContext = { periodMs, totals: new CounterTotals() };
  const templates = new Map(quiet.templates.map((template) => [template.key, template]));
  const last = schedule.at(-1)!;
  const length = last.from + last.kind.collections + calmCollections;
  let nth = 0;
  for (const collection of quietCollections(quiet, periodMs, new Random(1_000_000 + seed))) {
    const timeMs = startMs + nth * periodMs;
    for (const document of collection.values()) stamp(document, timeMs, periodMs);
    for (const { kind, fault, from } of schedule) {
      if (nth >= from && nth < from + kind.collections) fault.change(collection, nth - from, context);
      if (nth === from + kind.collections) fault.recover?.(collection, context);
    }
    for (const [key, document] of collection) {
      context.totals.addUp(templates.get(key)!, document);
      yield JSON.stringify(document);
    }
    nth += 1;
    if (nth === length) return;
  }
}
