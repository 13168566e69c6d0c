import { describe, expect, it } from 'vitest';
import { logSizesOf } from '../../../../../functions/shared/adapters/kafka/cluster-answers.ts';

/** Returns the answer about a log directory on a disk of 100 bytes. */
const directory = (usableBytes: bigint, errorCode = 0) => ({ errorCode, topics: [], totalBytes: 100n, usableBytes });

describe('the disks of a broker', () => {
  it('are in use as much as the fullest of them: a broker cannot write to another one instead', () => {
    const sizes = logSizesOf({ results: [directory(60n), directory(2n), directory(60n)] });
    expect(sizes).toMatchObject({ totalBytes: 300, usedShare: 0.98, offline: 0 });
  });

  it('are unknown where the broker tells no size', () => {
    expect(logSizesOf({ results: [{ errorCode: 0, topics: [] }] })).toMatchObject({ totalBytes: 0, usedShare: 0 });
    expect(logSizesOf({ results: [{ ...directory(-1n, 56), totalBytes: -1n }] })).toMatchObject({
      totalBytes: 0,
      offline: 1,
    });
  });
});
