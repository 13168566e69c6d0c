import { factsFor } from '../../shared/domain/catalogue/catalogue.ts';
import type { MetricKind } from '../../shared/domain/sample.ts';
import type { Dimensions } from '../../shared/domain/series.ts';
import type { Settings } from '../../shared/domain/settings.ts';
import { shortened } from '../document/flatten.ts';
import type { Draft } from '../draft.ts';
import { rulesFor } from '../identity/rules.ts';
import { measurementsMax } from '../measure.ts';
import { ruledFacts } from './by-settings.ts';
import type { Subject } from './identity.ts';
import type { Tally } from './tally.ts';

/** The source of every sample that OpenTelemetry sent. */
export const otlpSource = 'opentelemetry';
/** A pattern for units that only say what is counted, such as `{operation}`. All of them are the unit 1. */
const annotation = /^(1|\{[^{}]*\})$/;

/** A measurement of a data point. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly kind: MetricKind;
  readonly unit: string;
  /** The moment since which it counts, ms; 0 if the sender states none. */
  readonly startMs: number;
}

/** The place of a measurement: all of a sample have the same. */
export interface Place {
  readonly subject: Subject;
  readonly dataset: string;
  readonly dimensions: Dimensions;
  readonly timeMs: number;
}

/** A draft while the data points of its moment are gathered. */
interface Gathered extends Place {
  readonly measurements: Record<string, number>;
  kinds: Record<string, MetricKind> | undefined;
  units: Record<string, string> | undefined;
  startMs: number;
  count: number;
}

/** The samples of one record while its data points are read. */
export class GatheredSamples {
  readonly #open = new Map<string, Gathered>();
  /** Samples whose place another one took, because a measurement was sent twice with different values. */
  readonly #finished: Gathered[] = [];
  readonly #tally: Tally;

  /** @param tally counts what is left out */
  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Adds a measurement to the sample of its place. */
  add(place: Place, { name, value, kind, unit, startMs }: Measurement): void {
    const key = keyOf(place);
    let sample = this.#open.get(key);
    if (sample !== undefined && Object.hasOwn(sample.measurements, name)) {
      if (sample.measurements[name] === value) {
        this.#tally.skip(shortened(name), 'given twice', 1);
        return;
      }
      // Both values become samples, and detect reports that they collide.
      this.#finished.push(sample);
      sample = undefined;
    }
    if (sample === undefined) {
      sample = newSample(place);
      this.#open.set(key, sample);
    }
    sample.count += 1;
    if (sample.count > measurementsMax) {
      this.#tally.skip(shortened(name), 'too many', 1);
      return;
    }
    sample.measurements[name] = value;
    carry(sample, { name, kind, unit });
    // A restart begins all counters anew, so that the earliest start of several is later, too.
    if (kind === 'counter' && startMs > 0 && (sample.startMs === 0 || startMs < sample.startMs)) {
      sample.startMs = startMs;
    }
  }

  /** Returns the samples. */
  drafts(settings: Settings): Draft[] {
    return [...this.#finished, ...this.#open.values()].map((sample) => toDraft(sample, settings));
  }
}

function newSample({ subject, dataset, dimensions, timeMs }: Place): Gathered {
  const shared = { subject, dataset, dimensions, timeMs };
  return { ...shared, measurements: {}, kinds: undefined, units: undefined, startMs: 0, count: 0 };
}

/** Notes the kind and the unit of a measurement where the catalogue has another one. */
function carry(sample: Gathered, { name, kind, unit }: Pick<Measurement, 'name' | 'kind' | 'unit'>): void {
  const known = factsFor(name);
  if (kind !== known.kind) {
    sample.kinds ??= {};
    sample.kinds[name] = kind;
  }
  if (unit !== known.unit && unit !== '' && !(annotation.test(unit) && annotation.test(known.unit))) {
    sample.units ??= {};
    sample.units[name] = unit;
  }
}

/** The host is a part of the key because it decides the cluster: one service may run in several. */
function keyOf({ subject: { kind, name, host = '' }, dataset, timeMs, dimensions }: Place): string {
  let key = `${kind}\0${name}\0${host}\0${dataset}\0${timeMs}`;
  for (const dimension in dimensions) key += `\0${dimension}\0${dimensions[dimension]}`;
  return key;
}

function toDraft(
  { subject, dataset, dimensions, timeMs, measurements, kinds, units, startMs }: Gathered,
  settings: Settings,
): Draft {
  const { kind, name, host } = subject;
  const facts = ruledFacts(subject.facts, rulesFor(settings, dataset));
  return {
    kind,
    name,
    host,
    timeMs: timeMs === 0 ? undefined : timeMs,
    dataset,
    dimensions,
    measurements,
    ...(units === undefined ? {} : { units }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(facts === undefined ? {} : { facts }),
    ...(startMs === 0 ? {} : { startMs }),
    source: otlpSource,
  };
}
