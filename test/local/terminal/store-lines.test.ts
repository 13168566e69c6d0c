import { beforeEach, describe, expect, it } from 'vitest';
import { StoreLines } from '../../../local/terminal/store-lines.ts';
import { StillClock } from '../../support/memory-ports.ts';

const full = 'the store failed: database or disk is full; free space on the disk of /data/offbeat.db';

let said: string[];
let clock: StillClock;
let lines: StoreLines;
beforeEach(() => {
  said = [];
  clock = new StillClock();
  lines = new StoreLines({ print: (line) => said.push(line), clock });
});

describe('the terminal on a store that fails', () => {
  it('has one line when it begins, whoever meets it, with the remedy and without details', () => {
    for (const line of [
      `warning: a request failed: ${full}`,
      `20:31:07 error: persist: ${full} (stage persist, reason STORE)`,
      `warning: ${full}`,
    ]) {
      expect(lines.covers(line)).toBe(true);
    }
    expect(said).toEqual([`error: ${full}; until it works again, what cannot be stored is refused`]);
  });

  it('has one line when it works again, once nothing failed for a while', () => {
    lines.covers(`warning: ${full}`);
    clock.timeMs += 1_000;
    lines.noteWork();
    expect(said).toHaveLength(1);
    clock.timeMs += 10_000;
    lines.noteWork();
    lines.noteWork();
    expect(said.slice(1)).toEqual(['the store works again, and the run goes on']);
  });

  it('has a line again for the next time', () => {
    for (let times = 0; times < 2; times += 1) {
      lines.covers(`warning: ${full}`);
      clock.timeMs += 10_000;
      lines.noteWork();
    }
    expect(said).toHaveLength(4);
  });

  it('leaves other lines and a store that works alone', () => {
    expect(lines.covers('warning: a request failed: secret detail')).toBe(false);
    lines.noteWork();
    expect(said).toEqual([]);
  });
});
