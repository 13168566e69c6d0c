import { beforeEach, describe, expect, it } from 'vitest';
import type { FullRoomHealth } from '../../functions/api/health.ts';
import { FullRoomLines } from '../../local/full-room-lines.ts';

const partition: FullRoomHealth = {
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
let lines: FullRoomLines;
beforeEach(() => {
  said = [];
  lines = new FullRoomLines((line) => said.push(line));
});

describe('the terminal on a room for series that is full', () => {
  it('has one line when it begins, with the remedy, and one when it is over', () => {
    lines.note([]);
    lines.note([partition]);
    lines.note([{ ...partition, newest: 'c/host/newer', forgotten: 8 }]);
    lines.note([]);
    lines.note([]);
    expect(said).toEqual([
      "warning: there is no room for more series of detect's partition 0: " +
        'a new one takes the place of the one that was seen longest ago; do this',
      "there is room for more series of detect's partition 0 again",
    ]);
  });

  it('has lines for each room, and says so where new series are refused', () => {
    lines.note([partition, { ...partition, entity: 'c/host/wide', refused: 3 }]);
    lines.note([partition]);
    expect(said.slice(1)).toEqual([
      'warning: there is no room for more series of c/host/wide: new ones are not judged; do this',
      'there is room for more series of c/host/wide again',
    ]);
  });
});
