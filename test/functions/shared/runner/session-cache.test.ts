import { describe, expect, it } from 'vitest';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { BlockSizes } from '../../../../functions/shared/runner/block-sizes.ts';
import { Dedup } from '../../../../functions/shared/runner/dedup.ts';
import type { Session } from '../../../../functions/shared/runner/fold.ts';
import { createRunner } from '../../../../functions/shared/runner/runner.ts';
import { SessionCache } from '../../../../functions/shared/runner/session-cache.ts';
import { memoryPorts } from '../../../support/memory-ports.ts';
import { tallyStep } from '../../../support/tally.ts';

function session(state: string, bytes: number): Session<string> {
  return { state, dedup: new Dedup(), blocks: new BlockSizes(new Map([['block', Buffer.alloc(bytes)]])) };
}

describe('sessions between batches', () => {
  it('the cache returns a session once, for the attempt that left it', () => {
    const cache = new SessionCache<string>(100);
    cache.keep('samples/0', 'attempt1', session('a', 1));
    expect(cache.take('samples/0', 'attempt1')?.state).toBe('a');
    expect(cache.take('samples/0', 'attempt1')).toBeUndefined();
  });

  it('the cache drops a session when another attempt is requested', () => {
    const cache = new SessionCache<string>(100);
    cache.keep('samples/0', 'attempt1', session('a', 1));
    expect(cache.take('samples/0', 'attempt2')).toBeUndefined();
    expect(cache.take('samples/0', 'attempt1')).toBeUndefined();
  });

  it('the cache stays below its limit and drops the least recently used sessions first', () => {
    const cache = new SessionCache<string>(100);
    for (const name of ['a', 'b', 'c']) cache.keep(name, name, session(name, 33));
    cache.keep('a', 'a', cache.take('a', 'a')!);
    cache.keep('d', 'd', session('d', 50));
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.take(name, name) !== undefined)).toEqual(['a', 'd']);
  });

  it('the cache keeps a session larger than its limit, and no other beside it', () => {
    const cache = new SessionCache<string>(100);
    cache.keep('small', 'x', session('small', 1));
    cache.keep('large', 'x', session('large', 101));
    expect(cache.take('small', 'x')).toBeUndefined();
    expect(cache.take('large', 'x')?.state).toBe('large');
  });
});

describe('the size of a session', () => {
  it('the size of a session follows blocks that grow, shrink and are removed', () => {
    const sizes = new BlockSizes(new Map([['a', Buffer.alloc(10)]]));
    sizes.note(
      new Map([
        ['a', Buffer.alloc(4)],
        ['b', Buffer.alloc(3)],
      ]),
    );
    expect(sizes.bytes).toBe(7);
    sizes.note(
      new Map([
        ['a', null],
        ['never stored', null],
      ]),
    );
    expect(sizes.bytes).toBe(3);
  });
});

describe('a worker with several partitions', () => {
  /** Returns how often states were loaded over alternating batches of partitions 0 and 1. */
  async function loadsWith(keptBytesMax: number): Promise<number> {
    const ports = memoryPorts();
    let loads = 0;
    const objects = {
      put: ports.objects.put.bind(ports.objects),
      get: (name: string) => {
        loads += 1;
        return ports.objects.get(name);
      },
      list: ports.objects.list.bind(ports.objects),
      delete: ports.objects.delete.bind(ports.objects),
    };
    let attempts = 0;
    const run = createRunner(tallyStep, { ...ports, objects }, () => `attempt${++attempts}`, keptBytesMax);
    for (let offset = 0; offset < 3; offset += 1) {
      for (const partition of [0, 1]) {
        const record = { topic: topics.samples, partition, offset, timestampMs: offset, key: null, headers: {} };
        const records = [{ ...record, value: Buffer.from('word') }];
        await run({ topic: topics.samples, partition, records }, new AbortController().signal);
      }
    }
    return loads;
  }

  it('a worker loads no state again while all states fit into its cache', async () => {
    expect(await loadsWith(1_000_000)).toBe(0);
  });

  // Two partitions, the second and the third batch of each.
  it('a worker loads each state again if only one fits, and continues to count', async () => {
    expect(await loadsWith(1)).toBe(4);
  });
});
