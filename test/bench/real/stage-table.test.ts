import { describe, expect, it } from 'vitest';
import { percent, stageTable } from '../../../bench/real/stage-table.ts';

describe('the table of stages', () => {
  it('shows the share of time that a function ran, and the share of each part', () => {
    const portMs = new Map([
      ['ledger.read', 10],
      ['eventLog.append', 250],
      ['objects.put', 4],
    ]);
    const times = { stage: 'detect', invocations: 4, records: 10_002, functionMs: 400, ownMs: 140, portMs };
    const [head, line] = stageTable([times], 1_000);
    expect(head).toMatch(/^ {2}stage +invoked +records each +of the time +of that$/);
    // 4 ms are less than half a percent.
    expect(line).toMatch(/^ {2}detect +4 +2,501 +40 % {2}own code 14 %, ledger\.read 1 %, eventLog\.append 25 %$/);
  });

  it('has a line for a stage that was only begun', () => {
    const times = { stage: 'alert', invocations: 0, records: 0, functionMs: 0, ownMs: 0, portMs: new Map() };
    expect(stageTable([times], 1_000)[1]).toMatch(/^ {2}alert +0 +0 +0 %$/);
  });

  it('counts whole percents', () => {
    expect(percent(1, 3)).toBe('33 %');
    expect(percent(5, 4)).toBe('125 %');
  });
});
