import type { Effect } from '../shared/log/record.ts';
import { anomalyEffect } from './emit.ts';
import { beginEpisode, type Episode, isAccepted, isMateriallyWorse, tellClosed, tellOpen, worsen } from './episode.ts';
import { endEpisode, type Group, openEpisode, subjectOf } from './group.ts';
import { lastOffMs, noteOff, runStartMs } from './persistence.ts';
import { detector, slot, slotDoubles } from './slot.ts';
import { judge, learn, type Verdict } from './verdict.ts';

/** When something is seen: its own time, and the stage's. */
export interface Moment {
  readonly timestampMs: number;
  readonly stageMs: number;
}

/**
 * One value of one series: judged by what was known, told if it begins, worsens or ends an episode, then learned.
 * @param value finite; a rate where the metric is a counter, a minute's sum where it is a delta
 * @param verdict overwritten with how the value compares
 * @param effects gets the anomalies
 */
export function observe(
  group: Group,
  index: number,
  value: number,
  moment: Moment,
  verdict: Verdict,
  effects: Effect[],
): void {
  const at = index * slotDoubles;
  const { judgement } = group.metrics[index]!;
  judge(group.state, at, value, judgement, verdict);
  const episode = group.episodes.get(index);
  learn(group.state, at, value, verdict, episode !== undefined);
  if (!verdict.ready) return;
  const run = noteOff(group.state, at, verdict.off, moment.timestampMs);
  if (episode === undefined) {
    if (run === 'off') open(group, index, value, moment, verdict, effects);
  } else if (run === 'quiet') {
    close(group, index, episode, moment, 'back to normal', effects);
  } else if (isAccepted(episode, moment.timestampMs)) {
    detector.restart(group.state, at + slot.detector, value);
    close(group, index, episode, moment, 'new level accepted', effects);
  } else if (verdict.off) {
    continueEpisode(group, index, episode, value, moment, verdict, effects);
  }
}

function open(
  group: Group,
  index: number,
  value: number,
  { stageMs }: Moment,
  verdict: Verdict,
  effects: Effect[],
): void {
  const subject = subjectOf(group, index);
  const episode = beginEpisode(runStartMs(group.state, index * slotDoubles), value, verdict, subject.judgement);
  openEpisode(group, index, episode);
  effects.push(anomalyEffect(tellOpen(episode, subject, stageMs)));
}

function continueEpisode(
  group: Group,
  index: number,
  episode: Episode,
  value: number,
  { stageMs }: Moment,
  verdict: Verdict,
  effects: Effect[],
): void {
  const before = episode.severity;
  worsen(episode, value, verdict, group.metrics[index]!.judgement);
  if (isMateriallyWorse(episode, before)) {
    effects.push(anomalyEffect(tellOpen(episode, subjectOf(group, index), stageMs)));
  }
}

/** Ends an episode, as of the series' last sample that was off; what was off until now opens no other. */
export function close(
  group: Group,
  index: number,
  episode: Episode,
  { stageMs }: Pick<Moment, 'stageMs'>,
  because: Parameters<typeof tellClosed>[4],
  effects: Effect[],
): void {
  const at = index * slotDoubles;
  const endsAtMs = Math.max(episode.startsAtMs, lastOffMs(group.state, at));
  endEpisode(group, index);
  group.state[at + slot.offBits] = 0;
  effects.push(anomalyEffect(tellClosed(episode, subjectOf(group, index), stageMs, endsAtMs, because)));
}
