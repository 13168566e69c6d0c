import { expect, it } from 'vitest';
import { ClientRates, clientRate } from '../../../local/http/client-rates.ts';

/** Rates with a clock of their own. */
function rates() {
  let nowMs = 0;
  const limited = new ClientRates(() => nowMs);
  const take = (remoteAddress: string, count = 1, headers: Record<string, string> = {}): number => {
    let accepted = 0;
    for (let nth = 0; nth < count; nth += 1) {
      try {
        limited.take({ remoteAddress, headers });
        accepted += 1;
      } catch (error) {
        expect(error).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      }
    }
    return accepted;
  };
  return { take, wait: (ms: number) => (nowMs += ms) };
}

it('a client of another machine may send some requests at once, and then so many a second', () => {
  const { take, wait } = rates();
  expect(take('192.0.2.7', clientRate.atOnce + 50)).toBe(clientRate.atOnce);
  wait(1_000);
  expect(take('192.0.2.7', clientRate.atOnce)).toBe(clientRate.perSecond);
});

it('clients do not slow each other down, but addresses of one IPv6 network are one client', () => {
  const { take } = rates();
  take('192.0.2.7', clientRate.atOnce);
  expect(take('192.0.2.8')).toBe(1);
  take('2001:db8::1', clientRate.atOnce);
  expect([take('2001:db8::2'), take('2001:db8:0:1::1')]).toEqual([0, 1]);
});

it('this machine has no such limit', () => {
  expect(rates().take('::ffff:127.0.0.1', 10 * clientRate.atOnce)).toBe(10 * clientRate.atOnce);
});

it('all whom a proxy of this machine passes on are one client', () => {
  const { take } = rates();
  expect(take('127.0.0.1', clientRate.atOnce, { 'x-forwarded-for': '192.0.2.7' })).toBe(clientRate.atOnce);
  expect(take('127.0.0.1', 1, { 'x-forwarded-for': '192.0.2.8' })).toBe(0);
  expect(take('127.0.0.1')).toBe(1);
});
