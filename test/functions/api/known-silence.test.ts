import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { refuseOther } from '../../../functions/api/known-silence.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { type SilenceCommand, silenceStartMs } from '../../../functions/shared/domain/signal.ts';
import { type SilenceRecord, silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import type { Warehouse } from '../../../functions/shared/ports/warehouse.ts';
import { startMs } from '../../support/alerts.ts';
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

/** What the alert stage made of a command that was asked for at a moment. */
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
    ['a start of its own', { startsAtMs: startMs + 1 }, 'startsAtMs'],
    ['both', { matchers: { name: 'b' }, endsAtMs: startMs + 1 }, 'matchers and endsAtMs'],
  ])('with %s of another is refused, and what to do is said', async (_, parts, differing) => {
    await api.persist(topics.alerts, silenceVersion, known);
    const { status, body, appended } = await post(parts);
    expect([status, appended]).toEqual([409, 0]);
    expect(body.error).toBe(
      `id: "disk-swap" is an existing silence of cluster "prod" with other ${differing}, and a silence is not changed by ` +
        'its id; post this one under a new id, and end the existing one with "unsilence" if it is in the way',
    );
  });

  it('is not told to end one that is over', async () => {
    await api.persist(topics.alerts, silenceVersion, { ...known, state: 'over' });
    expect((await post({ endsAtMs: startMs + 1 })).body.error).toMatch(/under a new id$/);
  });

  it.each([
    ['with the same content', {}],
    ['with its matchers in another order', { matchers: { name: 'a', kind: 'host' } }],
    ['by another person, with a note', { by: 'bob', note: 'again' }],
    ['of another cluster', { cluster: 'test', endsAtMs: startMs + 1 }],
  ])('%s is accepted', async (_, parts) => {
    await api.persist(topics.alerts, silenceVersion, known);
    expect(await post(parts)).toMatchObject({ status: 202, appended: 1, body: { accepted: 'disk-swap' } });
  });

  it('is accepted with a warning where the warehouse is away', async () => {
    const search = () => Promise.reject(new UnavailableError('no route to host'));
    expect(await post({}, { warehouse: { search } as unknown as Warehouse })).toMatchObject({
      status: 202,
      appended: 1,
      body: { warnings: [expect.stringMatching(/^id, cluster and labels could not be checked/)] },
    });
  });

  it('is accepted with a warning where the warehouse does not answer at all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const search = vi.fn(() => new Promise<never>(() => {}));
      const answer = post({}, { warehouse: { search } as unknown as Warehouse });
      await vi.waitFor(() => expect(search).toHaveBeenCalledOnce());
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

  it('are the same whenever the same is posted, and are not once start or end differ', () => {
    fc.assert(
      fc.property(askedMs, fc.nat(1_000), startsAtMs, startsAtMs, fc.nat(1), (atMs, laterMs, start, other, longer) => {
        const asked = { ...command, action: 'silence', atMs, endsAtMs: startMs } as const;
        const made = madeOf({ ...asked, startsAtMs: start });
        const again = { ...asked, atMs: atMs + laterMs };
        expect(() => refuseOther({ ...again, startsAtMs: start }, made)).not.toThrow();
        const isOther = silenceStartMs({ atMs, startsAtMs: other }) !== made.startsAtMs || longer > 0;
        const changed = () => refuseOther({ ...again, startsAtMs: other, endsAtMs: startMs + longer }, made);
        if (isOther) expect(problemOf(changed).status).toBe(409);
        else expect(changed).not.toThrow();
      }),
    );
  });
});
