import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { refuseOther } from '../../../functions/api/known-silence.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { type SilenceCommand, silenceStartMs } from '../../../functions/shared/domain/signal.ts';
import { type SilenceRecord, silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Warehouse } from '../../../functions/shared/ports/warehouse.ts';
import { startMs } from '../../support/alerts.ts';
import { patience } from '../../support/patience.ts';
import { apiOnStore } from './api-on-store.ts';
import { problemOf } from './problem-of.ts';

const api = apiOnStore();

const command = {
  id: 'disk-swap',
  action: 'silence',
  by: 'ada',
  cluster: 'prod',
  matchers: { kind: 'host', name: 'a' },
  endsAtMs: startMs + 3_600_000,
};

/** Returns the silence that the alert stage makes of a command of a given time. */
function madeOf(asked: Omit<SilenceCommand, 'action'>): SilenceRecord {
  const { id, by, cluster, matchers, atMs, endsAtMs } = asked;
  const startsAtMs = silenceStartMs(asked);
  const times = { createdAtMs: atMs, startsAtMs, endsAtMs, updatedAtMs: atMs };
  return { id, by, cluster, matchers, ...times, revision: 1, state: 'active', scope: 'live' };
}

const known = madeOf({ ...command, atMs: startMs - 60_000 });
const post = async (parts: object, ports: { warehouse?: Warehouse } = {}) => {
  const append = vi.spyOn(api.store.eventLog, 'append');
  const { status, body } = await api.ask('/api/commands', { body: JSON.stringify({ ...command, ...parts }), ports });
  return { status, body, appended: append.mock.calls.length };
};

describe('a silence that is posted under a known id', () => {
  it.each([
    ['an end', { endsAtMs: startMs + 1 }, 'endsAtMs'],
    ['matchers', { matchers: { kind: 'host' } }, 'matchers'],
    ['a start', { startsAtMs: startMs + 1 }, 'startsAtMs'],
    ['both', { matchers: { name: 'b' }, endsAtMs: startMs + 1 }, 'matchers and endsAtMs'],
  ])('a silence that differs from the existing one in %s is refused with the remedy', async (_, parts, differing) => {
    await api.persist(topics.alerts, silenceVersion, known);
    const { status, body, appended } = await post(parts);
    expect([status, appended]).toEqual([409, 0]);
    expect(body.detail).toBe(
      `id: "disk-swap" is an existing silence of cluster "prod" with other ${differing}, and a silence is not changed by ` +
        'its id; post this one under a new id, and end the existing one with "unsilence" if it is in the way',
    );
  });

  it('the remedy does not propose to end a silence that is over', async () => {
    await api.persist(topics.alerts, silenceVersion, { ...known, state: 'over' });
    expect((await post({ endsAtMs: startMs + 1 })).body.detail).toMatch(/under a new id$/);
  });

  it.each([
    ['with the same content', {}],
    ['with its matchers in another order', { matchers: { name: 'a', kind: 'host' } }],
    ['by another person, with a note', { by: 'bob', note: 'again' }],
    ['of another cluster', { cluster: 'test', endsAtMs: startMs + 1 }],
  ])('a silence under a known id is accepted: %s', async (_, parts) => {
    await api.persist(topics.alerts, silenceVersion, known);
    expect(await post(parts)).toMatchObject({ status: 202, appended: 1, body: { accepted: 'disk-swap' } });
  });

  it('a silence is accepted with a warning while the warehouse is unavailable', async () => {
    const search = () => Promise.reject(new UnavailableError('no route to host'));
    expect(await post({}, { warehouse: { search } as unknown as Warehouse })).toMatchObject({
      status: 202,
      appended: 1,
      body: { warnings: [expect.stringMatching(/^id, cluster and labels could not be checked/)] },
    });
  });

  it('a silence is accepted with a warning if the warehouse does not answer in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const search = vi.fn(() => new Promise<never>(() => {}));
      const answer = post({}, { warehouse: { search } as unknown as Warehouse });
      await vi.waitFor(() => expect(search).toHaveBeenCalledOnce(), patience);
      await vi.advanceTimersByTimeAsync(3_000);
      expect(await answer).toMatchObject({ status: 202, appended: 1, body: { warnings: [expect.any(String)] } });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a silence and what was made of it', () => {
  const askedMs = fc.nat(1_000);
  const startsAtMs = fc.option(fc.nat(2_000), { nil: undefined });

  it('a repeated silence equals the existing one at any time, and a silence with another start or end does not', () => {
    fc.assert(
      fc.property(
        askedMs,
        fc.nat(1_000),
        fc.tuple(startsAtMs, startsAtMs),
        fc.nat(1),
        (atMs, laterMs, starts, longer) => {
          const [start, other] = starts;
          const asked = { ...command, action: 'silence', atMs, endsAtMs: startMs } as const;
          const made = madeOf({ ...asked, startsAtMs: start });
          const again = { ...asked, atMs: atMs + laterMs };
          expect(() => refuseOther({ ...again, startsAtMs: start }, made)).not.toThrow();
          const isOther = silenceStartMs({ atMs, startsAtMs: other }) !== made.startsAtMs || longer > 0;
          const changed = () => refuseOther({ ...again, startsAtMs: other, endsAtMs: startMs + longer }, made);
          if (isOther) expect(problemOf(changed).status).toBe(409);
          else expect(changed).not.toThrow();
        },
      ),
    );
  });
});
