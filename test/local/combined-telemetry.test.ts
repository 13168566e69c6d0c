import { describe, expect, it } from 'vitest';
import type { Telemetry } from '../../functions/shared/ports/telemetry.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { combineTelemetry } from '../../local/combined-telemetry.ts';
import { lambdaContext } from '../support/lambda-context.ts';

/** A telemetry that records its calls. */
function recording(): { telemetry: Telemetry; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const telemetry = new Proxy(silentTelemetry, {
    get:
      (_target, name) =>
      (...args: unknown[]) =>
        void calls.push([name, ...args]),
  });
  return { telemetry, calls };
}

describe('combined telemetry', () => {
  it('passes every call on to all, with the same arguments', () => {
    const [one, other] = [recording(), recording()];
    const context = lambdaContext();
    const tee = combineTelemetry(one.telemetry, other.telemetry);
    tee.begin(context);
    tee.count('given_up', 2, { receiver: 'pager' });
    tee.gauge('stage_age_seconds', 3, { stage: 'detect' });
    tee.info('a', { n: 1 });
    tee.warn('b', { n: 2 });
    tee.error('c', { n: 3 });
    tee.flush();
    expect(one.calls).toEqual([
      ['begin', context],
      ['count', 'given_up', 2, { receiver: 'pager' }],
      ['gauge', 'stage_age_seconds', 3, { stage: 'detect' }],
      ['info', 'a', { n: 1 }],
      ['warn', 'b', { n: 2 }],
      ['error', 'c', { n: 3 }],
      ['flush'],
    ]);
    expect(other.calls).toEqual(one.calls);
  });

  it('leaves out a method that one of them does not have', () => {
    const { telemetry, calls } = recording();
    const tee = combineTelemetry(silentTelemetry, telemetry);
    tee.begin(lambdaContext());
    tee.flush();
    expect(calls.map(([name]) => name)).toEqual(['begin', 'flush']);
  });
});
