import { describe, expect, it } from 'vitest';
import { parseDiskstats } from '../../../local/host/diskstats.ts';

// Fields by https://docs.kernel.org/admin-guide/iostats.html; the first line has the 17 that kernels since 5.5 write,
// the second the 11 that older ones did.
const text = `
 254       0 vda 43902 12 5755978 24345 8243 9 2637224 7290 3 18860 32337 0 0 0 0 701 701
   8       1 sda1 1 0 8 2 0 0 0 0 0 2 2
   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0
   7       6 loop6 10 0 100 5 0 0 0 0 0 5 5
   1       0 ram0 0 0 0 0 0 0 0 0 0 0 0
broken line
`;

describe("Linux's disk statistics", () => {
  const all = parseDiskstats(text, () => true);

  it('are read in bytes (512 for each sector), requests and ms', () => {
    expect(all[0]).toEqual({
      name: 'vda',
      read: { count: 43_902, bytes: 5_755_978 * 512, time: 24_345 },
      write: { count: 8_243, bytes: 2_637_224 * 512, time: 7_290 },
      io: { time: 18_860, ops: 3 },
    });
  });

  it('leave out loop and RAM devices without traffic', () => {
    expect(all.map(({ name }) => name)).toEqual(['vda', 'sda1', 'loop6']);
  });

  it('leave out partitions', () => {
    expect(parseDiskstats(text, (name) => name === 'vda')).toHaveLength(1);
  });

  it('of an empty file are none', () => {
    expect(parseDiskstats('', () => true)).toEqual([]);
  });
});
