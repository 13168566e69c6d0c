import { beforeEach, describe, expect, it } from 'vitest';
import { StoreLines } from '../../../local/terminal/store-lines.ts';
import { StillClock } from '../../support/memory-ports.ts';

const full = 'the store failed: database or disk is full; free space on the disk of /data/offbeat.db';

let printed: string[];
let clock: StillClock;
let lines: StoreLines;
beforeEach(() => {
  printed = [];
  clock = new StillClock();
  lines = new StoreLines({ print: (line) => printed.push(line), clock });
});

describe('the lines about a store that fails', () => {
  it('are one when it begins, whichever stage or request reports it, with the remedy and without details', () => {
    for (const line of [
      `warning: a request failed: ${full}`,
      `20:31:07 error: persist: ${full} (stage persist, reason STORE)`,
      `warning: ${full}`,
    ]) {
      expect(lines.covers(line)).toBe(true);
    }
    expect(printed).toEqual([`error: ${full}; until it works again, what cannot be stored is refused`]);
  });

  it('are one when it works again, after a time without a failure', () => {
    lines.covers(`warning: ${full}`);
    clock.timeMs += 1_000;
    lines.noteWork();
    expect(printed).toHaveLength(1);
    clock.timeMs += 10_000;
    lines.noteWork();
    lines.noteWork();
    expect(printed.slice(1)).toEqual(['the store works again, and the run continues']);
  });

  it('are one again for the next failure', () => {
    for (let times = 0; times < 2; times += 1) {
      lines.covers(`warning: ${full}`);
      clock.timeMs += 10_000;
      lines.noteWork();
    }
    expect(printed).toHaveLength(4);
  });

  it('ignore other lines, and a store that works', () => {
    expect(lines.covers('warning: a request failed: secret detail')).toBe(false);
    lines.noteWork();
    expect(printed).toEqual([]);
  });
});
