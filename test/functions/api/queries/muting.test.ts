import { describe, expect, it } from 'vitest';
import { type Alert, alertVersion } from '../../../../functions/shared/domain/alert.ts';
import { silenceVersion } from '../../../../functions/shared/domain/silence.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { alertOf, startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';

const api = apiOnStore();
const hourMs = 3_600_000;

/** Returns an alert on one host, whose labels follow from it. */
function onHost(name: string, parts: Partial<Alert> = {}): Alert {
  const entity = { cluster: 'prod', kind: 'host', name } as const;
  const [suspect] = alertOf().suspects;
  const series = { ...suspect!.series, entity };
  const labels = { cluster: 'prod', kind: 'host', name, entity: `prod/host/${name}`, severity: 'warning' };
  return alertOf({ id: `alert-${name}`, entity, labels, suspects: [{ ...suspect!, entity, series }], ...parts });
}

const silence = (parts: object) => ({
  id: 'silence-1',
  cluster: 'prod',
  revision: 1,
  state: 'active',
  by: 'ada',
  matchers: { entity: 'prod/host/a*' },
  ...{ createdAtMs: startMs, startsAtMs: startMs - 1, endsAtMs: startMs + hourMs, updatedAtMs: startMs },
  scope: 'live',
  ...parts,
});

async function preview(matchers: object, parts: object = {}) {
  const body = JSON.stringify({ cluster: 'prod', matchers, endsAtMs: startMs + hourMs, ...parts });
  return await api.ask('/api/silences/preview', { body });
}

describe('POST /api/silences/preview', () => {
  it('lists the open alerts that a silence would mute, and counts those of the past', async () => {
    const resolved = onHost('a3', { status: 'resolved', severity: 'critical', startsAtMs: startMs - 86_400_000 });
    const old = onHost('a4', { status: 'resolved', startsAtMs: startMs - 31 * 86_400_000 });
    await api.persist(
      topics.alerts,
      alertVersion,
      onHost('a1'),
      onHost('a2', { status: 'acknowledged' }),
      onHost('b'),
      resolved,
      old,
    );
    const { body } = await preview({ entity: 'prod/host/a*' });
    expect(body.open.map(({ id }: Alert) => id)).toEqual(['alert-a1', 'alert-a2']);
    expect(body).toMatchObject({ openCount: 2, past30Days: { count: 3, critical: 1 } });
  });

  it('does not list an alert of which one suspect is not matched', async () => {
    const [first, second] = [onHost('a1'), onHost('b')];
    await api.persist(topics.alerts, alertVersion, { ...first, suspects: [...first.suspects, ...second.suspects] });
    expect((await preview({ name: 'a*' })).body).toMatchObject({ openCount: 0, past30Days: { count: 0 } });
    expect((await preview({ name: '*' })).body).toMatchObject({ openCount: 1 });
  });

  it('counts an alert of several components that silences mute together', async () => {
    const [first, second] = [onHost('a1'), onHost('b')];
    await api.persist(topics.alerts, alertVersion, { ...first, suspects: [...first.suspects, ...second.suspects] });
    expect((await preview({ name: 'a1' })).body.openCount).toBe(0);
    const { body } = await preview({ name: 'a1' }, { also: [{ name: 'b' }] });
    expect(body).toMatchObject({ openCount: 1, past30Days: { count: 1 } });
  });

  it('counts an alert of which an active silence mutes the rest', async () => {
    const [first, second] = [onHost('a1'), onHost('b')];
    await api.persist(topics.alerts, alertVersion, { ...first, suspects: [...first.suspects, ...second.suspects] });
    await api.persist(topics.alerts, silenceVersion, silence({}));
    expect((await preview({ name: 'b' })).body.openCount).toBe(1);
    expect((await preview({ name: 'c' })).body.openCount).toBe(0);
  });

  it('makes no silence', async () => {
    await preview({ name: '*' });
    expect((await api.ask('/api/silences')).body.silences).toEqual([]);
  });

  it.each([
    ['a silence that is over', { endsAtMs: startMs }, /^endsAtMs: a silence must end/],
    ['a silence that is too long', { endsAtMs: startMs + 31 * 86_400_000 }, /^endsAtMs: a silence lasts at most 30d/],
    ['no matcher', { matchers: {} }, /^matchers: expected at least one matcher/],
    ['an unknown field', { by: 'ada' }, /^by: unknown field/],
  ])('refuses %s', async (_, parts, detail) => {
    const { status, body } = await preview({ name: '*' }, parts);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(detail)]);
  });

  it('warns of what matches nothing known', async () => {
    await api.persist(topics.alerts, alertVersion, onHost('a1'));
    expect((await preview({ metric: '~x' })).body.warnings).toHaveLength(1);
  });
});

describe('GET /api/silences', () => {
  it('says what each active silence mutes now', async () => {
    await api.persist(topics.alerts, alertVersion, onHost('a1'), onHost('b'));
    await api.persist(topics.alerts, silenceVersion, silence({}), silence({ id: 'silence-2', state: 'pending' }));
    const { body } = await api.ask('/api/silences');
    const mutes = body.silences.map(({ id, mutesNow }: { id: string; mutesNow: number }) => [id, mutesNow]);
    expect(new Map(mutes)).toEqual(
      new Map([
        ['silence-1', 1],
        ['silence-2', 0],
      ]),
    );
  });

  it('says that two silences mute an alert which neither mutes alone', async () => {
    const [first, second] = [onHost('a1'), onHost('b')];
    await api.persist(topics.alerts, alertVersion, { ...first, suspects: [...first.suspects, ...second.suspects] });
    await api.persist(topics.alerts, silenceVersion, silence({}));
    expect((await api.ask('/api/silences')).body.silences).toMatchObject([{ mutesNow: 0 }]);
    await api.persist(
      topics.alerts,
      silenceVersion,
      silence({}),
      silence({ id: 'silence-2', matchers: { name: 'b' } }),
    );
    expect((await api.ask('/api/silences')).body.silences).toMatchObject([{ mutesNow: 1 }, { mutesNow: 1 }]);
  });

  it('says how many alerts one that is over muted', async () => {
    await api.persist(topics.alerts, alertVersion, onHost('a1'), onHost('a2', { startsAtMs: startMs + 2 * hourMs }));
    await api.persist(topics.alerts, silenceVersion, silence({ state: 'over', updatedAtMs: startMs + hourMs }));
    expect((await api.ask('/api/silences')).body.silences).toMatchObject([{ mutesNow: 0, muted: 1 }]);
  });

  it('counts apart for two clusters whose silences have one id', async () => {
    await api.persist(topics.alerts, alertVersion, onHost('a1'), onHost('a2'));
    const other = { cluster: 'test', createdAtMs: startMs - 5, matchers: { entity: 'test/host/*' } };
    await api.persist(topics.alerts, silenceVersion, silence({}), silence(other));
    expect((await api.ask('/api/silences')).body.silences).toMatchObject([
      { cluster: 'prod', mutesNow: 2 },
      { cluster: 'test', mutesNow: 0 },
    ]);
  });

  it('leaves the number out where alerts are older than those that are compared, and a preview says so', async () => {
    const alerts = Array.from({ length: 1_001 }, (_, nth) =>
      onHost(`a${nth}`, { startsAtMs: startMs - nth * 1_000, endsAtMs: startMs - nth * 1_000 + 1, status: 'resolved' }),
    );
    await api.persist(topics.alerts, alertVersion, ...alerts);
    const over = { state: 'over', startsAtMs: startMs - 10_000_000, endsAtMs: startMs - 900_000 };
    await api.persist(topics.alerts, silenceVersion, silence(over));
    const [found] = (await api.ask('/api/silences')).body.silences;
    expect(found).toMatchObject({ state: 'over', mutesNow: 0 });
    expect(found).not.toHaveProperty('muted');
    const { past30Days, warnings } = (await preview({ name: 'a*' })).body;
    expect(past30Days.count).toBe(1_000);
    expect(warnings).toContain('of the last 30 days, only the 1,000 alerts that began last were compared');
  });

  it('counts an alert that was open before the silence began, and none that began after a person ended it', async () => {
    const before = onHost('a1', { startsAtMs: startMs - hourMs });
    const earlier = onHost('a2', { startsAtMs: startMs - hourMs, endsAtMs: startMs - 1, status: 'resolved' });
    const after = onHost('a3', { startsAtMs: startMs + 700 });
    await api.persist(topics.alerts, alertVersion, before, earlier, after);
    const ended = { state: 'over', startsAtMs: startMs, updatedAtMs: startMs + 600, endedBy: 'ada' };
    await api.persist(topics.alerts, silenceVersion, silence(ended));
    expect((await api.ask('/api/silences')).body.silences).toMatchObject([{ muted: 1 }]);
  });
});
