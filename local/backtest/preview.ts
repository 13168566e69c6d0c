import type { Alert } from '../../functions/shared/domain/alert.ts';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import { type Entity, entityPath } from '../../functions/shared/domain/entity.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import { storedSamples } from '../history/stored-samples.ts';
import type { TimeRange } from '../replay/replay-time.ts';
import { LiveSamples } from './live-samples.ts';
import { MemoryFlow } from './memory-flow.ts';
import { type IncidentKeys, pairIncidents } from './same-incident.ts';
import { firstPageOf, type Page } from './score.ts';

export interface PreviewOptions {
  readonly warehouse: Pick<Warehouse, 'search'>;
  /** The alert around which samples are read, with its cluster and scope. */
  readonly alert: Alert;
  /** The alerts that somebody marked `useful`. */
  readonly useful: readonly Alert[];
  /** The settings without the proposal, and with it. */
  readonly without: Settings;
  readonly withIt: Settings;
  readonly nowMs: number;
  /** Gets the number of samples so far. It is awaited after each page. */
  readonly onProgress?: (samples: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** @default {@link previewSamplesMax} */
  readonly samplesMax?: number;
}

/** The effect that a setting would have had on the stored samples around an alert. */
export interface Preview {
  /** The times of the first and the last sample. */
  readonly range: TimeRange;
  readonly samples: number;
  readonly pagesWithout: number;
  readonly pagesWith: number;
  /** The pages of incidents that the run without the setting has, and the run with it has not. */
  readonly gone: readonly Page[];
  /** The pages of incidents that only the run with the setting has. */
  readonly added: readonly Page[];
  /** The pages of incidents that both runs have, and that name another cause in the run with the setting. */
  readonly otherCause: readonly OtherCause[];
  /**
   * The fate of the alert: `not reproduced` where the run without the setting does not page it, as where what came before it is not
   * stored.
   */
  readonly alert: 'gone' | 'kept' | 'not reproduced';
  /** The alerts marked `useful` that would be gone. */
  readonly usefulGone: readonly Alert[];
  /** The alerts marked `useful` that would name another cause. */
  readonly usefulOtherCause: readonly Alert[];
  /** The number of alerts marked `useful` that the run without the setting does not page, of which nothing is known. */
  readonly usefulNotReproduced: number;
}

/** A page, and the cause that it would have named. */
export interface OtherCause {
  readonly page: Page;
  readonly cause: Entity;
}

/** The most samples of a preview: about 20 s of processor time, with three measurements each. */
export const previewSamplesMax = 500_000;
/** The time that the samples of a preview cover, if there are not too many. */
const spanMs = 7 * dayMs;
/** The share of the span after the start of the alert. The rest is learned before it. */
const shareAfter = 6 / 7;
/** The shortest span that is tried, as a share of the longest: 1.3 h. */
const shortestShare = 1 / 128;
const pagesMax = 10_000;

/**
 * Runs the flow in memory over the stored samples around an alert, once without a setting and once with it. Both begin without
 * anything learned, and read the same pages of samples, so that memory is constant. Where the samples until the alert are more than
 * `samplesMax`, half the span is tried, and so on.
 * @returns `undefined` if there are no samples
 * @throws {UsageError} if there are too many samples around the alert, or too many pages
 * @throws {UnavailableError} if the warehouse does not answer
 * @throws the signal's reason
 */
export async function previewProposal(options: PreviewOptions): Promise<Preview | undefined> {
  for (let share = 1; share >= shortestShare; share /= 2) {
    const runs = await runBoth(options, share);
    if (runs !== 'too many') return runs === undefined ? undefined : compare(runs, options);
  }
  throw new UsageError(
    `more than ${options.samplesMax ?? previewSamplesMax} samples within an hour of the alert; what the setting would have done is not known`,
  );
}

interface Runs {
  readonly range: TimeRange;
  readonly samples: number;
  readonly without: Run;
  readonly withIt: Run;
}

async function runBoth(options: PreviewOptions, share: number): Promise<Runs | 'too many' | undefined> {
  const { alert, nowMs, samplesMax = previewSamplesMax } = options;
  const toMs = Math.min(nowMs, alert.startsAtMs + spanMs * share * shareAfter);
  const stored = { fromMs: toMs - spanMs * share, toMs, cluster: alert.entity.cluster, scope: alert.scope };
  const time = new LiveSamples();
  const [without, withIt] = [new Run(options.without), new Run(options.withIt)];
  let range: TimeRange | undefined;
  let samples = 0;
  for await (const page of storedSamples(options.warehouse, stored)) {
    options.signal?.throwIfAborted();
    const room = page.slice(0, samplesMax - samples);
    const [first, last] = [room[0], room.at(-1)];
    if (first === undefined || last === undefined) continue;
    const records = [...time.recordsOf(room)];
    for (const run of [without, withIt]) run.process(records);
    range = { fromMs: range?.fromMs ?? first.timestampMs, toMs: last.timestampMs };
    samples += room.length;
    options.onProgress?.(samples);
    // The steps leave the event loop no turn of its own, which a signal and the line of progress need.
    await new Promise(setImmediate);
    if (samples >= samplesMax) {
      if (last.timestampMs <= alert.updatedAtMs) return 'too many';
      break;
    }
  }
  if (range === undefined) return undefined;
  const last = [...time.lastRecords()];
  for (const run of [without, withIt]) run.process(last);
  return { range, samples, without, withIt };
}

/** An incident of a run that paged. */
interface Paged extends IncidentKeys {
  readonly page: Page;
  readonly anomalies: Set<string>;
}

/** A flow in memory with the incidents that it paged, by the id of their alert. */
class Run {
  readonly paged = new Map<string, Paged>();
  readonly #flow: MemoryFlow;

  constructor(settings: Settings) {
    this.#flow = new MemoryFlow({ settings, nowMs: 0, onAlert: (alert) => this.#note(alert) });
  }

  process(records: Parameters<MemoryFlow['processSamples']>[0]): void {
    this.#flow.processSamples(records);
  }

  #note(alert: Alert): void {
    const page = firstPageOf(alert);
    const known = this.paged.get(alert.id);
    if (known !== undefined) for (const id of alert.anomalies) known.anomalies.add(id);
    if (page === undefined || known !== undefined) return;
    const { entity, startsAtMs } = page;
    this.paged.set(alert.id, { page, entity, startsAtMs, anomalies: new Set(alert.anomalies) });
    if (this.paged.size > pagesMax) throw new UsageError(`more than ${pagesMax} pages; they cannot be compared`);
  }
}

function compare({ range, samples, without, withIt }: Runs, { alert, useful }: PreviewOptions): Preview {
  const [before, after] = [[...without.paged.values()], [...withIt.paged.values()]];
  const kept = pairIncidents(before, after);
  const keptAfter = new Set(kept.values());
  const own = pairIncidents([alert], before).get(alert);
  const ofUseful = pairIncidents(useful, before);
  return {
    ...{ range, samples, pagesWithout: before.length, pagesWith: after.length },
    gone: before.filter((each) => !kept.has(each)).map(({ page }) => page),
    added: after.filter((each) => !keptAfter.has(each)).map(({ page }) => page),
    otherCause: [...kept].filter(namesAnother).map(([{ page }, { entity: cause }]) => ({ page, cause })),
    alert: own === undefined ? 'not reproduced' : kept.has(own) ? 'kept' : 'gone',
    usefulGone: [...ofUseful].filter(([, each]) => !kept.has(each)).map(([each]) => each),
    usefulOtherCause: [...ofUseful].filter(([, each]) => namesAnother([each, kept.get(each)])).map(([each]) => each),
    usefulNotReproduced: useful.length - ofUseful.size,
  };
}

/** Returns whether two pages of one incident name different causes. */
const namesAnother = ([one, other]: readonly [Paged, Paged | undefined]): boolean =>
  other !== undefined && entityPath(one.entity) !== entityPath(other.entity);
