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

let said: string[];
let lines: ReachedLimitLines;
beforeEach(() => {
  said = [];
  lines = new ReachedLimitLines((line) => said.push(line));
});

describe('the terminal on a limit for series', () => {
  it('has one line when it is reached, with the remedy, and one when it is over', () => {
    lines.note([]);
    lines.note([partition]);
    lines.note([{ ...partition, newest: 'c/host/newer', forgotten: 8 }]);
    lines.note([]);
    lines.note([]);
    expect(said).toEqual([
      'warning: partition 0 of detect has as many series as are kept: for new ones, a quarter of those on trial is forgotten, ' +
        'those seen longest ago, which may include hosts of yours; do this',
      'partition 0 of detect is below its limit for series again',
    ]);
  });

  it('says of an entity that its own series are forgotten', () => {
    lines.note([{ ...partition, entity: 'c/host/wide' }]);
    expect(said).toEqual([
      'warning: c/host/wide has as many series as are kept: for new ones, a quarter of those on trial is forgotten, ' +
        'those seen longest ago, which may include some that you need; do this',
    ]);
  });

  it('has lines for each limit, and says so where new series are refused', () => {
    lines.note([partition, { ...partition, entity: 'c/host/wide', refused: 3 }]);
    lines.note([partition]);
    expect(said.slice(1)).toEqual([
      'warning: c/host/wide has as many series as are kept: new ones are not judged; do this',
      'c/host/wide is below its limit for series again',
    ]);
  });
});
