import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { aborted, repeat, runTogether, untilAborted } from '../../../local/run/tasks.ts';

describe('tasks that run together', () => {
  it('end when their signal aborts', async () => {
    const stop = new AbortController();
    const running = runTogether(stop.signal, (signal) => [aborted(signal), aborted(signal)]);
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });

  it('are all ended by the first that fails, whose error is thrown once each has ended', async () => {
    let hasEnded = false;
    const other = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal);
      await turn();
      hasEnded = true;
    };
    const running = runTogether(new AbortController().signal, (signal) => [
      other(signal),
      Promise.reject(new Error('the first failure')),
    ]);
    await expect(running).rejects.toThrow('the first failure');
    expect(hasEnded).toBe(true);
  });
});

describe('a chore', () => {
  it('is repeated until its signal aborts, with the period that is current after each round', async () => {
    const stop = new AbortController();
    const periods = [1, 2];
    let rounds = 0;
    const run = async (): Promise<void> => {
      rounds += 1;
      if (rounds === 3) stop.abort();
    };
    await repeat({ periodMs: () => periods.shift() ?? 0, run }, stop.signal, () => {});
    expect([rounds, periods]).toEqual([3, []]);
  });

  it('that starts later waits first, and not at all for a signal that aborts', async () => {
    const stop = new AbortController();
    const delayed = vi.fn(async () => {});
    const waiting = repeat({ periodMs: 1, startsAfterMs: 3_600_000, run: delayed }, stop.signal, () => {});
    let rounds = 0;
    const run = async (): Promise<void> => {
      rounds += 1;
      if (rounds === 3) stop.abort();
    };
    await Promise.all([waiting, repeat({ periodMs: 1, startsAfterMs: 1, run }, stop.signal, () => {})]);
    expect([rounds, delayed.mock.calls.length]).toEqual([3, 0]);
  });

  it('that fails, at once or later, is reported and run again', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const rounds = [
      () => {
        throw new Error('thrown');
      },
      () => Promise.reject(new Error('rejected')),
      async () => stop.abort(),
    ];
    await repeat({ periodMs: 1, run: () => rounds.shift()!() }, stop.signal, (line) => lines.push(line));
    expect(lines).toEqual(['warning: thrown', 'warning: rejected']);
  });
});

describe('work until a signal aborts', () => {
  it('does not begin after the abort', async () => {
    const work = vi.fn(async () => {});
    await untilAborted(AbortSignal.abort(), work);
    expect(work).not.toHaveBeenCalled();
  });

  it('resolves if the abort ends the work, by its reason or by an AbortError', async () => {
    const stop = new AbortController();
    const byReason = untilAborted(stop.signal, async () => {
      await aborted(stop.signal);
      throw stop.signal.reason;
    });
    const byError = untilAborted(stop.signal, () => delay(60_000, undefined, { signal: stop.signal }));
    stop.abort(new Error('stopped'));
    await expect(Promise.all([byReason, byError])).resolves.toBeDefined();
  });

  it('throws any other error, even after the abort', async () => {
    const stop = new AbortController();
    const failing = untilAborted(stop.signal, async () => {
      stop.abort();
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
  });
});
