import { median } from 'simple-statistics';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import { minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import type { Entity } from '../../functions/shared/domain/entity.ts';
import type { TimeRange } from '../replay/replay-time.ts';
import type { Incident, LabelledEntity, Labels } from './labels.ts';

/** The first page of an alert: what the person on call gets. Times are those of the documents, ms since the epoch. */
export interface Page {
  readonly alertId: string;
  /** The begin of the first anomaly. */
  readonly startsAtMs: number;
  readonly pagedAtMs: number;
  /** The first suspect. */
  readonly entity: Entity;
  readonly headline: string;
}

/** An incident with what was paged about it. */
export interface IncidentResult {
  readonly incident: Incident;
  /** The outcome; `outside` if no document of the recording is of its time, so that it does not count. */
  readonly outcome: 'found' | 'missed' | 'outside';
  /** The first page about it. */
  readonly page?: Page;
  /** Seconds from the incident's start to that page. */
  readonly seconds?: number;
  /** States whether the page's first suspect is the labelled entity; absent if no entity is labelled. */
  readonly causeIsRight?: boolean;
  /** The number of further alerts about the same incident that paged. */
  readonly furtherPages: number;
}

/** A page about no incident. */
export interface FalsePage {
  readonly page: Page;
  /** The kind of the benign work during which it began. */
  readonly during?: string;
}

export interface Score {
  readonly incidents: readonly IncidentResult[];
  readonly falsePages: readonly FalsePage[];
  /** The number of pages about entities that the labels leave out. */
  readonly ignoredPages: number;
}

/** Returns the first page of an alert, if this record of it is that. */
export function firstPageOf(alert: Alert): Page | undefined {
  if (!alert.notify || alert.revision !== alert.firstPageRevision) return undefined;
  return {
    alertId: alert.id,
    startsAtMs: alert.startsAtMs,
    pagedAtMs: alert.updatedAtMs,
    entity: alert.suspects[0]?.entity ?? alert.entity,
    headline: alert.headline,
  };
}

/**
 * Compares pages with labels. A page is about an incident if its first anomaly began between two collections before the
 * incident's start and the longer of a minute and two collections after its end: a collection shows what happened since the one
 * before. Of several incidents it is about one whose entity it suspects, else about the one that started last.
 *
 * `O((pages + incidents) log incidents)`, unless many incidents last at the same time.
 * @param pages in the order of their times
 * @param range the time of the recording
 */
export function scoreOf(labels: Labels, pages: readonly Page[], range: TimeRange): Score {
  const margin = marginOf(labels);
  const isWithin = ({ start, end }: Incident): boolean => end >= range.fromMs && start <= range.toMs;
  const incidents = new Timeline(labels.incidents.filter(isWithin), margin);
  const benign = new Timeline(labels.benign, margin);
  const byIncident = new Map<Incident, Page[]>();
  const falsePages: FalsePage[] = [];
  let ignoredPages = 0;
  for (const page of pages) {
    if (labels.ignored.some((entity) => isSame(entity, page.entity))) {
      ignoredPages += 1;
      continue;
    }
    const candidates = incidents.at(page.startsAtMs);
    const incident = candidates.find((each) => isCause(each, page)) ?? candidates[0];
    if (incident === undefined) {
      const [during] = benign.at(page.startsAtMs);
      falsePages.push({ page, ...(during === undefined ? {} : { during: during.kind }) });
    } else {
      const own = byIncident.get(incident);
      if (own === undefined) byIncident.set(incident, [page]);
      else own.push(page);
    }
  }
  const results = labels.incidents.map((incident) =>
    isWithin(incident)
      ? resultOf(incident, byIncident.get(incident) ?? [])
      : ({ incident, outcome: 'outside', furtherPages: 0 } as const),
  );
  return { incidents: results, falsePages, ignoredPages };
}

/** Milliseconds by which a page may begin before an incident, and after its end. */
interface Margin {
  readonly beforeMs: number;
  readonly afterMs: number;
}

function marginOf({ period_s }: Labels): Margin {
  const beforeMs = 2 * period_s * secondMs;
  return { beforeMs, afterMs: Math.max(minuteMs, beforeMs) };
}

/** Labels by their times. */
class Timeline<Labelled extends { readonly start: number; readonly end: number }> {
  readonly #sorted: readonly Labelled[];
  /** The latest end of each label and of those before it. */
  readonly #latestEnds: readonly number[];
  readonly #margin: Margin;

  constructor(labelled: readonly Labelled[], margin: Margin) {
    this.#sorted = [...labelled].sort((a, b) => a.start - b.start);
    let latest = Number.NEGATIVE_INFINITY;
    this.#latestEnds = this.#sorted.map(({ end }) => {
      latest = Math.max(latest, end);
      return latest;
    });
    this.#margin = margin;
  }

  /** Returns the labels at a moment, margins included, the one that started last first. */
  at(timeMs: number): readonly Labelled[] {
    const found: Labelled[] = [];
    const endsFrom = timeMs - this.#margin.afterMs;
    for (let nth = this.#begun(timeMs + this.#margin.beforeMs) - 1; nth >= 0; nth -= 1) {
      if (this.#latestEnds[nth]! < endsFrom) break;
      if (this.#sorted[nth]!.end >= endsFrom) found.push(this.#sorted[nth]!);
    }
    return found;
  }

  /** Returns the number of labels that began at a moment or before. */
  #begun(timeMs: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]!.start <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function resultOf(incident: Incident, pages: readonly Page[]): IncidentResult {
  const [page, ...further] = pages;
  if (page === undefined) return { incident, outcome: 'missed', furtherPages: 0 };
  const seconds = Math.max(0, (page.pagedAtMs - incident.start) / secondMs);
  const cause = incident.entities.length === 0 ? {} : { causeIsRight: isCause(incident, page) };
  return { incident, outcome: 'found', page, seconds, furtherPages: further.length, ...cause };
}

const isCause = ({ entities }: Incident, page: Page): boolean => entities.some((entity) => isSame(entity, page.entity));

const isSame = (labelled: LabelledEntity, { kind, name }: Entity): boolean =>
  labelled.kind === kind && labelled.name === name;

/** The figures of a score. Ratios are in [0, 1], and absent where nothing was counted. */
export interface ScoreTotals {
  /** The number of incidents within the recording. */
  readonly incidents: number;
  readonly found: number;
  readonly missed: number;
  /** The number of incidents outside the recording. */
  readonly outside: number;
  /** The number of pages about no incident. */
  readonly falsePages: number;
  /** The number of further pages about an incident that was paged before. */
  readonly furtherPages: number;
  readonly ignoredPages: number;
  readonly causesRight: number;
  readonly causesWrong: number;
  /** The share of incidents that were found. */
  readonly recall?: number;
  /** The share of pages that were the first about an incident, or a further one. */
  readonly precision?: number;
  /** The median of the seconds from an incident's start to its page. */
  readonly medianSeconds?: number;
}

/** Adds a score up. */
export function totalsOf({ incidents: all, falsePages, ignoredPages }: Score): ScoreTotals {
  const within = all.filter(({ outcome }) => outcome !== 'outside');
  const found = within.filter(({ outcome }) => outcome === 'found');
  const seconds = found.map((result) => result.seconds!);
  const furtherPages = found.reduce((sum, result) => sum + result.furtherPages, 0);
  const pages = found.length + furtherPages + falsePages.length;
  return {
    incidents: within.length,
    found: found.length,
    missed: within.length - found.length,
    outside: all.length - within.length,
    falsePages: falsePages.length,
    furtherPages,
    ignoredPages,
    causesRight: found.filter(({ causeIsRight }) => causeIsRight === true).length,
    causesWrong: found.filter(({ causeIsRight }) => causeIsRight === false).length,
    ...(within.length === 0 ? {} : { recall: found.length / within.length }),
    ...(pages === 0 ? {} : { precision: (found.length + furtherPages) / pages }),
    ...(seconds.length === 0 ? {} : { medianSeconds: median(seconds) }),
  };
}
