import { median } from 'simple-statistics';
import type { Score } from '../../local/backtest/score.ts';
import type { FaultKind } from './fault.ts';
import type { FaultRecording, Segment } from './fault-recording.ts';

/** The result of one kind over several recordings. */
export interface KindTally {
  readonly kind: FaultKind;
  /** Occurrences of the kind, and those of them that were paged. */
  readonly occurrences: number;
  readonly found: number;
  readonly causesRight: number;
  /** Pages in the segments of the kind that are about no incident. */
  readonly falsePages: number;
  readonly furtherPages: number;
  /** Seconds from each occurrence that was found to its page. */
  readonly seconds: readonly number[];
}

/** A recording with the score of its backtest. */
export interface ScoredRecording {
  readonly recording: FaultRecording;
  readonly score: Score;
}

/** Adds up each kind. A false page counts for the kind whose segment it began in: it may be an after-effect of that fault. */
export function tallyOf(kinds: readonly FaultKind[], scored: readonly ScoredRecording[]): readonly KindTally[] {
  return kinds.map((kind) => {
    const isOwn = (segment: Segment): boolean => segment.kind.name === kind.name;
    const results = scored.flatMap(({ score }) =>
      score.incidents.filter(({ incident }) => incident.kind === kind.name),
    );
    const found = results.filter(({ outcome }) => outcome === 'found');
    return {
      kind,
      occurrences: scored.reduce((sum, { recording }) => sum + recording.segments.filter(isOwn).length, 0),
      found: found.length,
      causesRight: found.filter(({ causeIsRight }) => causeIsRight === true).length,
      falsePages: scored.reduce((sum, each) => sum + falsePagesIn(each, isOwn), 0),
      furtherPages: found.reduce((sum, { furtherPages }) => sum + furtherPages, 0),
      seconds: found.map(({ seconds }) => seconds!),
    };
  });
}

function falsePagesIn({ recording, score }: ScoredRecording, isOwn: (segment: Segment) => boolean): number {
  const own = recording.segments.filter(isOwn);
  return score.falsePages.filter(({ page }) =>
    own.some(({ fromMs, toMs }) => page.startsAtMs >= fromMs && page.startsAtMs < toMs),
  ).length;
}

/** Returns the number of false pages before the first fault of each recording. */
export function falsePagesBefore(scored: readonly ScoredRecording[]): number {
  return scored.reduce((sum, { recording, score }) => {
    const firstMs = Math.min(...recording.segments.map(({ fromMs }) => fromMs));
    return sum + score.falsePages.filter(({ page }) => page.startsAtMs < firstMs).length;
  }, 0);
}

/** The recall, the precision and the median of seconds; `undefined` where nothing was counted. */
export interface Quality {
  readonly recall: number | undefined;
  readonly precision: number | undefined;
  readonly medianSeconds: number | undefined;
}

/**
 * Returns the quality over one or more kinds. A further page about the same incident is neither right nor false.
 * @param otherFalsePages false pages of no kind
 */
export function qualityOf(tallies: readonly KindTally[], otherFalsePages = 0): Quality {
  const sum = (of: (tally: KindTally) => number): number => tallies.reduce((total, each) => total + of(each), 0);
  const expected = sum(({ kind, occurrences }) => (kind.pages ? occurrences : 0));
  const found = sum((each) => each.found);
  const pages = found + sum(({ falsePages }) => falsePages) + otherFalsePages;
  const seconds = tallies.flatMap((each) => each.seconds);
  return {
    recall: expected === 0 ? undefined : found / expected,
    precision: pages === 0 ? undefined : found / pages,
    medianSeconds: seconds.length === 0 ? undefined : median([...seconds]),
  };
}
