import { beforeEach, describe, expect, it } from 'vitest';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import type { OutgoingRecord } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { DeadLetterLines, withDeadLetterLines } from '../../../local/terminal/dead-letter-lines.ts';
import { StillClock } from '../../support/memory-ports.ts';

const hourMs = 3_600_000;
let printed: string[];
let clock: StillClock;
let lines: DeadLetterLines;
beforeEach(() => {
  printed = [];
  clock = new StillClock();
  lines = linesThatList('npx offbeat redrive --dry-run');
});

const linesThatList = (list: string | undefined): DeadLetterLines =>
  new DeadLetterLines({ print: (line) => printed.push(line), clock, list });

const letter = (reason: string, detail: string, stage = 'normalise'): OutgoingRecord => ({
  topic: topics.deadLetters,
  partition: 0,
  key: null,
  value: Buffer.from('{}'),
  headers: { [letterHeader.stage]: stage, [letterHeader.reason]: reason, [letterHeader.detail]: detail },
});

describe('the lines about dead letters', () => {
  it('report the first one of a reason with its detail and the command that lists all', () => {
    lines.note(letter('no entity', 'host.name: missing'));
    lines.note(letter('no entity', 'host.name: missing'));
    expect(printed).toEqual([
      'warning: a record is a dead letter of normalise: no entity: host.name: missing; ' +
        '"npx offbeat redrive --dry-run" lists dead letters while this process does not run',
    ]);
  });

  it('name no command if the store is removed at the end', () => {
    linesThatList(undefined).note(letter('no entity', 'host.name: missing'));
    expect(printed).toEqual(['warning: a record is a dead letter of normalise: no entity: host.name: missing']);
  });

  it('report each stage and each reason separately', () => {
    lines.note(letter('collision', 'a'));
    lines.note(letter('collision', 'b', 'persist'));
    lines.note(letter('not JSON', 'c'));
    expect(printed).toHaveLength(3);
  });

  it('report further ones once an hour, with their number', () => {
    for (const detail of ['a', 'b', 'c']) lines.note(letter('not JSON', detail));
    clock.timeMs += hourMs;
    lines.note(letter('not JSON', 'd'));
    lines.note(letter('not JSON', 'e'));
    expect(printed).toHaveLength(2);
    expect(printed[1]).toContain('warning: 3 more records are dead letters of normalise: not JSON: d');
  });

  it('contain no character that steers a terminal', () => {
    lines.note(letter('not JSON', 'a\u001b[2Jb\nc'));
    expect(printed[0]).not.toContain('\u001b');
    expect(printed[0]).not.toContain('\n');
  });

  it('are about the letters that the log has accepted, and no other records', async () => {
    const log = withDeadLetterLines({ append: async () => [], earliestOffset: async () => 7 }, lines);
    await log.append([{ ...letter('not JSON', 'a'), topic: topics.samples }, letter('not JSON', 'b')]);
    expect(printed).toEqual([expect.stringContaining('not JSON: b')]);
    expect(await log.earliestOffset(topics.samples, 0)).toBe(7);

    const away = withDeadLetterLines(
      { append: () => Promise.reject(new Error('away')), earliestOffset: log.earliestOffset },
      lines,
    );
    await expect(away.append([letter('no entity', 'c')])).rejects.toThrow('away');
    expect(printed).toHaveLength(1);
  });
});
