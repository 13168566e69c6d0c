import { describe, expect, it } from 'vitest';
import {
  addToEpisode,
  beginEpisode,
  closingReason,
  type Episode,
  isMateriallyWorse,
  reportClosed,
  reportOpen,
} from '../../../functions/detect/episode.ts';
import { blankVerdict, type Verdict } from '../../../functions/detect/verdict.ts';
import { ruleWith } from './series.ts';

/** A rule with a floor of 2 whose deviations are critical from three floors on, which is from 6. */
const rule = ruleWith({ floor: 2, criticalAt: 3, unit: 'By' });
const subject = {
  series: { entity: { cluster: 'prod', kind: 'host', name: 'node-b' }, metric: 'up', dimensions: {} },
  dataset: 'd',
  scope: 'live',
  rule,
  periodMs: 0,
} as const;

/** Returns the verdict on a value where 10 is expected, give or take 6. */
const verdictOn = (value: number): Verdict => ({
  ...blankVerdict(),
  ready: true,
  expected: 10,
  lower: 4,
  upper: 16,
  z: value - 10,
});

/** Returns an episode after these values, each reported as soon as it is worth a report; and the revisions. */
function episodeOf(...values: readonly number[]): { readonly episode: Episode; readonly revisions: readonly number[] } {
  const [first, ...rest] = values;
  const episode = beginEpisode(1_000, first!, verdictOn(first!), rule);
  const revisions = [reportOpen(episode, subject, 2_000).revision];
  for (const value of rest) {
    const before = episode.severity;
    addToEpisode(episode, value, verdictOn(value), rule);
    if (isMateriallyWorse(episode, before)) revisions.push(reportOpen(episode, subject, 3_000).revision);
  }
  return { episode, revisions };
}

describe('the peak of an episode', () => {
  // By hand: the value with the largest |value - 10|, the first of equals.
  it.each([
    [[14], 14],
    [[14, 13], 14],
    [[14, 15, 14.5], 15],
    [[14, 6], 14],
    [[14, 5], 5],
  ])('after %j is %s', (values, peak) => {
    const { episode } = episodeOf(...values);
    expect([episode.peak, episode.z]).toEqual([peak, peak - 10]);
  });
});

describe('the severity of an episode', () => {
  // By hand: critical where |value - 10| ≥ 3 * 2.
  it.each([
    [[15.9], 'warning'],
    [[16], 'critical'],
    [[4], 'critical'],
    [[15, 16], 'critical'],
    [[16, 15], 'critical'],
  ])('after %j is %s, and never falls', (values, severity) => {
    expect(episodeOf(...values).episode.severity).toBe(severity);
  });

  it('is never critical by a rule without such a limit', () => {
    expect(beginEpisode(0, 1e9, verdictOn(1e9), ruleWith({ floor: 2 })).severity).toBe('warning');
  });
});

describe('the reports of an episode', () => {
  // By hand: a report when |z| is twice that of the last report, and when the severity rises.
  it.each([
    [[12, 13.9], [1]],
    [
      [12, 14],
      [1, 2],
    ],
    [
      [12, 14, 15],
      [1, 2],
    ],
    [[12, 8], [1]],
    [[12, 13, 6.1], [1]],
    [
      [12, 13, 6],
      [1, 2],
    ],
    [
      [15, 16],
      [1, 2],
    ],
    [
      [12, 14, 18, 26, 42],
      [1, 2, 3, 4, 5],
    ],
  ])('of the values %j have the revisions %j', (values, revisions) => {
    expect(episodeOf(...values).revisions).toEqual(revisions);
  });

  it('end with the twentieth revision as long as it only worsens', () => {
    const doublings = Array.from({ length: 30 }, (_, nth) => 10 + 6 * 2 ** nth);
    expect(episodeOf(...doublings).revisions.at(-1)).toBe(20);
  });

  // By hand: the score is 8 / (1 + 8).
  it('contain peak, expected range, score and reason', () => {
    const episode = beginEpisode(1_000, 18, verdictOn(18), rule);
    expect(reportOpen(episode, subject, 2_000)).toMatchObject({
      revision: 1,
      state: 'open',
      startsAtMs: 1_000,
      updatedAtMs: 2_000,
      peak: 18,
      expected: 10,
      lower: 4,
      upper: 16,
      zScore: 8,
      score: 8 / 9,
      direction: 'up',
      severity: 'critical',
      unit: 'By',
      reason: 'up on node-b at 18 B, expected 4 to 16 B',
    });
    const end = { stageMs: 9_000, endsAtMs: 8_000, closedBecause: 'back to normal' } as const;
    expect(reportClosed(episode, subject, end)).toMatchObject({
      revision: 2,
      state: 'closed',
      updatedAtMs: 9_000,
      endsAtMs: 8_000,
      closedBecause: 'back to normal',
    });
  });

  // By hand: the range is cut at 0 where the expected value is not negative.
  it.each([
    [10, [4, 16]],
    [3, [0, 9]],
    [0, [0, 6]],
    [-1, [-7, 5]],
  ])('where %s is expected, give or take 6, have the range %j', (expected, range) => {
    const verdict = { ...blankVerdict(), expected, lower: expected - 6, upper: expected + 6, z: 10 };
    const { lower, upper } = reportOpen(beginEpisode(0, expected + 10, verdict, rule), subject, 0);
    expect([lower, upper]).toEqual(range);
  });

  it('begins at 0 for a counter, also where less than 0 is expected', () => {
    const verdict = { ...blankVerdict(), expected: -1, lower: -7, upper: 5, z: 10 };
    const ofCounter = { ...subject, rule: ruleWith({ kind: 'counter', unit: 'By/s' }) };
    const { lower, upper, reason } = reportOpen(beginEpisode(0, 9, verdict, ofCounter.rule), ofCounter, 0);
    expect([lower, upper, reason]).toEqual([0, 5, 'up on node-b at 9 B/s, expected 0 to 5 B/s']);
  });
});

describe('the reason for which an episode ends', () => {
  const { episode } = episodeOf(20);

  // By hand: 4 to 16 was usual when it began.
  it.each([
    ['the value is where it was before', 12, 20, 'back to normal'],
    ['the value varies, but what is expected is as before', 17, 11, 'back to normal'],
    ['what is expected followed the value', 20, 19, 'new level learned'],
    ['the value is still at its peak, and what is expected followed a little', 20.5, 11, 'new level learned'],
    ['the value is beyond the other side', 3, 11, 'back to normal'],
  ] as const)('where %s is right', (_, value, expected, reason) => {
    expect(closingReason(episode, value, expected)).toBe(reason);
  });
});
