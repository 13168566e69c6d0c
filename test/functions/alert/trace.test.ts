import { describe, expect, it } from 'vitest';
import { note } from '../../../functions/alert/trace.ts';
import type { Decision } from '../../../functions/shared/domain/alert.ts';

/** The trace after some decisions, given as `stage reason`. */
function traceOf(...words: readonly string[]): Decision[] {
  const trace: Decision[] = [];
  for (const [atMs, word] of words.entries()) {
    const [stage, reason] = word.split(' ');
    note(trace, { atMs, stage: stage!, reason: reason! });
  }
  return trace;
}

const short = (trace: readonly Decision[]): string[] => trace.map(({ stage, reason }) => `${stage} ${reason}`);

describe('a trace (TRACE-IS-BOUNDED)', () => {
  it.each([
    ['a decision once while it stays the same', ['group a', 'group a'], ['group a']],
    [
      'a decision again after another one of its stage',
      ['group a', 'group b', 'group a'],
      ['group a', 'group b', 'group a'],
    ],
    [
      'a decision once where only another stage decided since',
      ['group a', 'silence x', 'group a'],
      ['group a', 'silence x'],
    ],
  ])('holds %s', (_, given, expected) => {
    expect(short(traceOf(...given))).toEqual(expected);
  });

  it('holds a decision again when its detail changed', () => {
    const trace: Decision[] = [];
    for (const detail of ['x', 'x', 'y']) note(trace, { atMs: 0, stage: 'correlate', reason: 'opened', detail });
    expect(trace.map(({ detail }) => detail)).toEqual(['x', 'y']);
  });

  it('keeps the first 10 and the last 50 of 200 decisions', () => {
    const trace = traceOf(...Array.from({ length: 200 }, (_, nth) => `group ${nth}`));
    expect(trace).toHaveLength(60);
    expect(trace[9]).toMatchObject({ reason: '9' });
    expect(trace[10]).toMatchObject({ reason: '150' });
    expect(trace.at(-1)).toMatchObject({ reason: '199' });
  });

  it('holds text of operators in printable form, and at most 300 characters of a detail', () => {
    const trace: Decision[] = [];
    note(trace, { atMs: 0, stage: 'command', reason: 'resolved by a\u202eda', detail: 'x'.repeat(400) });
    expect(trace[0]!.reason).toBe('resolved by a\\u202eda');
    expect(trace[0]!.detail).toBe(`${'x'.repeat(300)}…`);
  });
});
