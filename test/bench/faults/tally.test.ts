import { expect, it } from 'vitest';
import type { FaultKind } from '../../../bench/faults/fault.ts';
import { falsePagesBefore, qualityOf, type ScoredRecording, tallyOf } from '../../../bench/faults/tally.ts';
import type { Page, Score } from '../../../local/backtest/score.ts';

const kindOf = (name: string, pages: boolean): FaultKind => ({
  name,
  pages,
  collections: 10,
  place: () => ({ entities: [], change() {} }),
});
const [slow, lost, backup] = [kindOf('slow', true), kindOf('lost', true), kindOf('backup', false)];

const pageAt = (startsAtMs: number): Page => ({
  alertId: `a${startsAtMs}`,
  startsAtMs,
  pagedAtMs: startsAtMs,
  entity: { cluster: 'recorded', kind: 'host', name: 'a' },
  headline: '',
});
const incident = (kind: string) => ({ id: kind, kind, start: 0, end: 1, entities: [] });

const score: Score = {
  incidents: [
    {
      incident: incident('slow'),
      outcome: 'found',
      page: pageAt(110),
      seconds: 40,
      causeIsRight: true,
      furtherPages: 1,
    },
    { incident: incident('lost'), outcome: 'missed', furtherPages: 0 },
  ],
  falsePages: [{ page: pageAt(50) }, { page: pageAt(190) }, { page: pageAt(350), during: 'backup' }],
  ignoredPages: 0,
};
const recording: ScoredRecording = {
  score,
  recording: {
    labels: {},
    segments: [
      { kind: slow, fromMs: 100, toMs: 200 },
      { kind: lost, fromMs: 200, toMs: 300 },
      { kind: backup, fromMs: 300, toMs: 400 },
    ],
    *lines() {},
  },
};

it('each kind has its occurrences, its pages, and the false pages that began after it and before the next one', () => {
  const tallies = tallyOf([slow, lost, backup], [recording, recording]);
  expect(tallies).toEqual([
    { kind: slow, occurrences: 2, found: 2, causesRight: 2, falsePages: 2, furtherPages: 2, seconds: [40, 40] },
    { kind: lost, occurrences: 2, found: 0, causesRight: 0, falsePages: 0, furtherPages: 0, seconds: [] },
    { kind: backup, occurrences: 2, found: 0, causesRight: 0, falsePages: 2, furtherPages: 0, seconds: [] },
  ]);
  expect(falsePagesBefore([recording, recording])).toBe(2);
});

it('the quality of all kinds counts false pages of benign work, and those before the first fault', () => {
  const tallies = tallyOf([slow, lost, backup], [recording]);
  expect(qualityOf(tallies, 1)).toEqual({ recall: 0.5, precision: 0.25, medianSeconds: 40 });
  expect(qualityOf([tallies[2]!])).toEqual({ recall: undefined, precision: 0, medianSeconds: undefined });
  expect(qualityOf([tallies[1]!])).toEqual({ recall: 0, precision: undefined, medianSeconds: undefined });
});
