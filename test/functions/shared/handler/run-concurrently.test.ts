import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../../../../functions/shared/handler/run-concurrently.ts';

/** Work that says when it begins and ends, and gives way in between. */
function openWork(fails: (item: string) => boolean = () => false) {
  const log: string[] = [];
  const run = async (item: string): Promise<void> => {
    log.push(`begin ${item}`);
    await new Promise(setImmediate);
    if (fails(item)) throw new Error(`${item} failed`);
    log.push(`end ${item}`);
  };
  return { log, run };
}

describe('lanes', () => {
  it('run beside each other, and in each one item after the other', async () => {
    const { log, run } = openWork();
    await runConcurrently([['a1', 'a2'], ['b1']], 2, run);
    expect(log).toEqual(['begin a1', 'begin b1', 'end a1', 'begin a2', 'end b1', 'end a2']);
  });

  it('are no more at once than asked for', async () => {
    const { log, run } = openWork();
    await runConcurrently([['a'], ['b'], ['c']], 2, run);
    expect(log.indexOf('begin c')).toBeGreaterThan(log.indexOf('end a'));
  });

  it('begin nothing once one failed, and end what they began', async () => {
    const { log, run } = openWork((item) => item === 'a1');
    await expect(runConcurrently([['a1', 'a2'], ['b1', 'b2'], ['c1']], 2, run)).rejects.toThrow('a1 failed');
    expect(log).toEqual(['begin a1', 'begin b1', 'end b1']);
  });

  it('tell what failed first', async () => {
    const { run } = openWork(() => true);
    await expect(runConcurrently([['a'], ['b']], 2, run)).rejects.toThrow('a failed');
  });

  it('are done at once where there are none', async () => {
    await runConcurrently([], 10, () => Promise.reject(new Error('run')));
  });
});
