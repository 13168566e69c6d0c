import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silencesInAllMax } from '../../functions/alert/apply-command.ts';
import { anomaliesMax, closedMax, membersMax } from '../../functions/alert/cluster-state.ts';
import { heldMax } from '../../functions/alert/held.ts';
import { entitiesBytesMax } from '../../functions/alert/known-entities.ts';
import { forgetEntityMs } from '../../functions/alert/note-entity.ts';
import { silencesMax } from '../../functions/alert/silence.ts';
import { forgetAfterMs, forgetOnceAfterMs, replayOverAfterMs } from '../../functions/detect/apply-tick.ts';
import { seriesLimits, stateBytesMax } from '../../functions/detect/capacity.ts';
import { forgetPlaceMs, placesMax } from '../../functions/detect/places.ts';
import { commentsMax } from '../../functions/shared/domain/comment.ts';
import { dayMs, hourMs } from '../../functions/shared/domain/durations.ts';
import { feedbackMax } from '../../functions/shared/domain/feedback.ts';
import { idsMax, passingMax } from '../../functions/shared/runner/dedup.ts';
import { keptBytesDefault } from '../../functions/shared/runner/session-cache.ts';
import { keptDays } from '../../functions/shared/warehouse/retention.ts';
import { attemptKeptMs, attemptsMax } from '../../local/sqlite/attempt-queue.ts';
import { identityKeptMs } from '../../local/sqlite/bulk-identities.ts';
import { deadMessageKeptMs, replaysMax } from '../../local/sqlite/purge.ts';
import { seriesRememberedMax } from '../../local/sqlite/series-seen.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const section = page.split(/^### State$/m)[1]!.split(/^##/m)[0]!;
const rows = section
  .split('\n')
  .filter((line) => /^\| [^-]/.test(line) && !/^\| limit/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const statedFor = (limit: string): string => rows.find(([, name]) => name === limit)?.[2] ?? 'no such row';

const count = (value: number): string => value.toLocaleString('en');
const days = (ms: number): string => `${Math.floor(ms / dayMs)} days`;

describe('docs/security.md, State', () => {
  it.each([
    ['series of one entity in a partition of `samples`', count(seriesLimits.perEntity)],
    ['series of a partition of `samples`', `${count(seriesLimits.perPartition)}, and ${stateBytesMax / 1e6} MB`],
    [
      'a series without samples',
      `${days(forgetAfterMs)}, or ${days(forgetOnceAfterMs)} and ${(forgetOnceAfterMs % dayMs) / hourMs} hours after its only sample`,
    ],
    ['a replay whose end never came', `${days(replayOverAfterMs)} after its newest tick`],
    ['states that a process keeps between batches', `${keptBytesDefault / 2 ** 20} MB as they are stored`],
    ['names of replays and redrives whose positions are remembered', `${count(passingMax)} a partition, for 8 days`],
    ['ids of commands that are remembered', `${count(idsMax)} a partition, for 24 hours`],
    ['anomalies that wait for their tick', `${count(heldMax)} a partition`],
    ['anomalies in open alerts', `${count(anomaliesMax)} a cluster, ${membersMax} an alert`],
    ['closed anomalies whose ids are remembered', `${count(closedMax)} a cluster, for 8 days`],
    [
      'entities whose places are known',
      `${count(placesMax)} a partition of \`samples\`, for ${forgetPlaceMs / hourMs} hours; ` +
        `${entitiesBytesMax / 1e6} MB a cluster in \`alert\`, for ${forgetEntityMs / hourMs} hours`,
    ],
    ['judgements of an alert', count(feedbackMax)],
    ['comments of an alert', count(commentsMax)],
    ['silences', `${count(silencesMax)} a cluster, ${count(silencesInAllMax)} in all`],
    ['series that the totals remember', `${count(seriesRememberedMax)}, for 7 days`],
    ['identities of bulk requests', `${identityKeptMs / hourMs} hours`],
    ['delivery items', `${keptDays['offbeat-deliveries']} days after their last change`],
    ['messages that were given up', days(deadMessageKeptMs)],
    ['attempts that persist cannot write', `${count(attemptsMax)}, for ${days(attemptKeptMs)}`],
    ['replays that are known to be done', `the ${count(replaysMax)} that were begun last`],
  ])('has the limit of %s as the code has it', (limit, value) => {
    expect(statedFor(limit)).toBe(value);
  });

  it('names tests that are there', () => {
    const named = rows.flatMap(([, , , , tests = '']) => [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path!));
    expect(named.length).toBeGreaterThanOrEqual(rows.length);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
