import { beforeEach, describe, expect, it } from 'vitest';
import type { ReachedLimitHealth } from '../../../functions/api/health.ts';
import { ReachedLimitLines } from '../../../local/terminal/reached-limit-lines.ts';

const partition: ReachedLimitHealth = {
  stage: 'detect',
  partition: 0,
  sinceMs: 1,
  newestMs: 2,
  newest: 'c/host/new',
  forgotten: 7,
  refused: 0,
  remedy: 'do this',
};

let printed: string[];
let lines: ReachedLimitLines;
beforeEach(() => {
  printed = [];
  lines = new ReachedLimitLines((line) => printed.push(line));
});

describe('the lines about a limit for series', () => {
  it('are one with the remedy when it is reached, and one when it is no longer reached', () => {
    lines.note([]);
    lines.note([partition]);
    lines.note([{ ...partition, newest: 'c/host/newer', forgotten: 8 }]);
    lines.note([]);
    lines.note([]);
    expect(printed).toEqual([
      'warning: partition 0 of detect has as many series as are kept: to keep new series, it forgets the ' +
        'quarter of the series on trial that were seen longest ago, which may include series of your hosts; do this',
      'partition 0 of detect is below its limit for series again',
    ]);
  });

  it('name an entity whose own series are forgotten', () => {
    lines.note([{ ...partition, entity: 'c/host/wide' }]);
    expect(printed).toEqual([
      'warning: c/host/wide has as many series as are kept: to keep new series, it forgets the ' +
        'quarter of the series on trial that were seen longest ago, which may include series that you need; do this',
    ]);
  });

  it('are separate for each limit, and report that new series are refused', () => {
    lines.note([partition, { ...partition, entity: 'c/host/wide', refused: 3 }]);
    lines.note([partition]);
    expect(printed.slice(1)).toEqual([
      'warning: c/host/wide has as many series as are kept: new series are not judged; do this',
      'c/host/wide is below its limit for series again',
    ]);
  });
});
