import { afterEach, describe, expect, it, vi } from 'vitest';
import { attemptOf, attemptReports } from '../../../functions/notify/attempts.ts';
import { attemptSchema } from '../../../functions/shared/domain/attempt.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import type { AttemptQueue } from '../../../functions/shared/ports/attempt-queue.ts';
import { MemoryTelemetry } from '../../../local/memory-telemetry.ts';
import { MemoryAttempts, tried } from '../../support/attempts.ts';

afterEach(() => {
  vi.useRealTimers();
});

function reportsTo(attempts: AttemptQueue) {
  const lines: string[] = [];
  const telemetry = new MemoryTelemetry((line) => lines.push(line));
  return { ...attemptReports({ attempts, telemetry }), telemetry, lines };
}

describe('an attempt of notify', () => {
  it('an attempt combines the facts of the try with its alert, and fits the schema of persist', () => {
    const one = attemptOf(tried({ outcome: 'failed', reason: 'server error', status: 503, nextTryMs: 1 }));
    expect(attemptSchema.parse(one)).toEqual(one);
    expect(one).toMatchObject({ durationMs: 500, revision: 1, transition: 'opened', severity: 'warning', status: 503 });
  });

  it('an attempt during which the clock went back has a duration of 0', () => {
    expect(attemptOf(tried({ startedAtMs: 5_000, endedAtMs: 4_000 })).durationMs).toBe(0);
  });
});

describe('reports of attempts', () => {
  it('all attempts are sent when settled() resolves', async () => {
    const queue = new MemoryAttempts();
    const reports = reportsTo(queue);
    reports.report(tried());
    reports.report(tried({ receiver: 'chat' }));
    await reports.settled(60_000);
    expect(queue.sent.map(({ receiver }) => receiver)).toEqual(['pager', 'chat']);
  });

  it('a queue that fails is counted and logged, and nothing is thrown', async () => {
    const reports = reportsTo({ send: () => Promise.reject(new UnavailableError('SQS is away')) });
    reports.report(tried());
    await reports.settled(60_000);
    expect(reports.telemetry.counts()).toEqual({ 'attempts_lost{reason=not sent}': 1 });
    expect(reports.lines).toEqual([expect.stringContaining('SQS is away')]);
  });

  it('attempts that the queue dropped are counted', async () => {
    const reports = reportsTo({ send: async () => 3 });
    reports.report(tried());
    await reports.settled(60_000);
    expect(reports.telemetry.counts()).toEqual({ 'attempts_lost{reason=dropped}': 3 });
  });

  it.each([
    [60_000, 2_000],
    [1_500, 500],
  ])('an invocation with %d ms left waits %d ms for a queue that does not answer', async (remainingMs, waitMs) => {
    vi.useFakeTimers();
    const reports = reportsTo({ send: () => new Promise(() => {}) });
    reports.report(tried());
    let isSettled = false;
    const settled = reports.settled(remainingMs).then(() => {
      isSettled = true;
    });
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await settled;
    expect(reports.telemetry.counts()).toEqual({ 'attempts_lost{reason=late}': 1 });
  });
});
