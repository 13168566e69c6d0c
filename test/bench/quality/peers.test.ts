import { describe, expect, it } from 'vitest';
import { readScores, scoreWithPeer } from '../../../bench/quality/peers/peers.ts';

const series = { name: 'a.csv', timesMs: Float64Array.of(0, 1, 2), values: Float64Array.of(1, 2, 3) };

describe('a peer in another language', () => {
  it('prints a line with the name, the seconds and the scores of each series', () => {
    const { scores, valuesPerSecond } = readScores('a.csv\t0.5\t0,1,3\nb.csv\t1.5\t0\n');
    expect([...scores]).toEqual([
      ['a.csv', Float64Array.of(0, 0.5, 0.75)],
      ['b.csv', Float64Array.of(0)],
    ]);
    expect(valuesPerSecond).toBe(2);
  });

  it.each(['a.csv', 'a.csv\tsoon\t1', 'a.csv\t1\t1,high'])('is refused where it prints something else: %j', (line) => {
    expect(() => readScores(line)).toThrow('expected a name, seconds and scores, separated by tabs; got a.csv');
  });

  it('reads each series as a line with its values', () => {
    // The peer of this test answers each line with its values as scores.
    const echo = 's=>s.split("\\t")[0]+"\\t1\\t"+s.split("\\t")[1]';
    const script = `process.stdout.write(require("fs").readFileSync(0,"utf8").split("\\n").filter(Boolean).map(${echo}).join("\\n"))`;
    const found = scoreWithPeer({ name: 'echo', install: () => [process.execPath, '-e', script] }, [series]);
    expect(found).toEqual({
      scores: new Map([['a.csv', Float64Array.of(1 / 2, 2 / 3, 3 / 4)]]),
      valuesPerSecond: 3,
    });
  });

  it('is not available, with the reason, where its command is missing', () => {
    const missing = { name: 'missing', install: () => ['no-such-command'] as const };
    expect(scoreWithPeer(missing, [series])).toContain('no-such-command');
  });
});
