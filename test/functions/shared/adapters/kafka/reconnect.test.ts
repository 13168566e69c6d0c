import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthenticationError, MultipleErrors, NetworkError, ProtocolError } from '@platformatic/kafka';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTurnedAway, untilConnected } from '../../../../../functions/shared/adapters/kafka/reconnect.ts';
import { UnavailableError } from '../../../../../functions/shared/domain/errors.ts';

const withCode = (code: string) => Object.assign(new Error(code), { code });
const reset = new NetworkError('Connection to b:1 failed.', { cause: withCode('ECONNRESET') });
const refused = new NetworkError('Connection to b:1 failed.', { cause: withCode('ECONNREFUSED') });
const failedLogin = (message: string) =>
  new AuthenticationError('SASL authentication failed.', {
    cause: new MultipleErrors('Received response with error', [
      new ProtocolError('SASL_AUTHENTICATION_FAILED', message),
    ]),
  });

/** Returns a clock that a wait moves, without sleeping. */
function fakeTiming(random: () => number) {
  let nowMs = 0;
  return {
    now: () => nowMs,
    random,
    wait: async (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('a connection that is turned away', () => {
  it.each([
    ['a reset', reset],
    ['a close', new NetworkError('Connection closed while waiting for ready.')],
    ['the connection rate of MSK', failedLogin('[551e2ed2]: Too many connects')],
    ['one broker of several', new MultipleErrors('Cannot connect to any broker.', [refused, reset])],
  ])('is recognised by %s', (_by, error) => expect(isTurnedAway(error)).toBe(true));

  it.each([
    ['a broker that is down', refused],
    ['a log-in that is denied', failedLogin('[551e2ed2]: Access denied')],
    ['no error', undefined],
  ])('is not %s', (_what, error) => expect(isTurnedAway(error)).toBe(false));

  it('is tried again, and never later than the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat(30_000), async (random, endsAtMs) => {
        const timing = fakeTiming(() => Math.max(random, 0.01));
        const triedAtMs: number[] = [];
        const connect = async () => {
          triedAtMs.push(timing.now());
          throw reset;
        };
        const failed: unknown = await untilConnected(connect, endsAtMs, timing).catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(UnavailableError);
        expect(failed).toMatchObject({ cause: reset });
        expect(triedAtMs.slice(1).every((ms) => ms < endsAtMs)).toBe(true);
      }),
    );
  });

  it('is reported with the brokers’ reason, and with a heading that the runbook has', async () => {
    const connect = () => Promise.reject(failedLogin('[551e2ed2]: Too many connects'));
    const timing = fakeTiming(() => 0.5);
    const message =
      'Kafka: the brokers turned away 3 tries to connect (SASL_AUTHENTICATION_FAILED: [551e2ed2]: Too many connects): ' +
      'docs/runbook.md, "Refused connections"';
    await expect(untilConnected(connect, 2_000, timing)).rejects.toThrow(message);
    const runbook = readFileSync(join(import.meta.dirname, '../../../../../docs/runbook.md'), 'utf8');
    expect(runbook).toContain('\n## Refused connections\n');
  });

  it('returns the connection of the first try that succeeds', async () => {
    let tries = 0;
    const connect = async () => {
      tries += 1;
      if (tries < 4) throw reset;
      return tries;
    };
    expect(
      await untilConnected(
        connect,
        10_000,
        fakeTiming(() => 0.5),
      ),
    ).toBe(4);
  });

  it('is not tried again after another failure', async () => {
    let tries = 0;
    const connect = async () => {
      tries += 1;
      throw refused;
    };
    await expect(
      untilConnected(
        connect,
        10_000,
        fakeTiming(() => 0.5),
      ),
    ).rejects.toBe(refused);
    expect(tries).toBe(1);
  });
});
