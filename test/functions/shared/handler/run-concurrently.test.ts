import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../../../../functions/shared/handler/run-concurrently.ts';

/** Returns work that logs when it begins and ends, and lets other work run in between. */
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

describe('runConcurrently', () => {
  it('lists run concurrently, and the items of each list one after the other', async () => {
    const { log, run } = openWork();
    await runConcurrently([['a1', 'a2'], ['b1']], 2, run);
    expect(log).toEqual(['begin a1', 'begin b1', 'end a1', 'begin a2', 'end b1', 'end a2']);
  });

  it('no more lists run at once than allowed', async () => {
    const { log, run } = openWork();
    await runConcurrently([['a'], ['b'], ['c']], 2, run);
    expect(log.indexOf('begin c')).toBeGreaterThan(log.indexOf('end a'));
  });

  it('after an error no item is begun, and those that were begun end', async () => {
    const { log, run } = openWork((item) => item === 'a1');
    await expect(runConcurrently([['a1', 'a2'], ['b1', 'b2'], ['c1']], 2, run)).rejects.toThrow('a1 failed');
    expect(log).toEqual(['begin a1', 'begin b1', 'end b1']);
  });

  it('the first error is thrown', async () => {
    const { run } = openWork(() => true);
    await expect(runConcurrently([['a'], ['b']], 2, run)).rejects.toThrow('a failed');
  });

  it('no lists are done at once', async () => {
    await runConcurrently([], 10, () => Promise.reject(new Error('run')));
  });
});
