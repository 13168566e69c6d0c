import { beforeEach, describe, expect, it } from 'vitest';
import { type SilenceRecord, silenceVersion } from '../../../../functions/shared/domain/silence.ts';
import { topics } from '../../../../functions/shared/log/topics.ts';
import { startMs } from '../../../support/alerts.ts';
import { apiOnStore } from '../api-on-store.ts';
import { query } from './samples-of-node.ts';

const api = apiOnStore();

describe('silences', () => {
  const silence: SilenceRecord = {
    id: 'silence-1',
    cluster: 'prod',
    revision: 1,
    state: 'active',
    by: 'ada',
    note: 'disk swap',
    matchers: { entity: 'prod/host/*' },
    createdAtMs: startMs,
    startsAtMs: startMs,
    endsAtMs: startMs + 3_600_000,
    updatedAtMs: startMs,
    scope: 'live',
  };
  const later: SilenceRecord = { ...silence, id: 'silence-2', cluster: 'test', createdAtMs: startMs + 1_000 };
  const over: SilenceRecord = { ...silence, revision: 2, state: 'over', endedBy: 'bob', endNote: 'done' };
  const listed = async (parameters: Readonly<Record<string, string>>) =>
    (await api.ask(`/api/silences${query(parameters)}`)).body.silences;

  beforeEach(() => api.persist(topics.alerts, silenceVersion, silence, later));

  it('silences are listed the newest first, each in its newest revision', async () => {
    expect(await listed({})).toMatchObject([later, silence]);
    await api.persist(topics.alerts, silenceVersion, over);
    await api.persist(topics.alerts, silenceVersion, silence);
    expect(await listed({})).toMatchObject([later, over]);
  });

  it('silences are filtered by state and cluster, and limited', async () => {
    await api.persist(topics.alerts, silenceVersion, over);
    expect(await listed({ state: 'active' })).toMatchObject([later]);
    expect(await listed({ cluster: 'prod' })).toMatchObject([over]);
    expect(await listed({ limit: '1' })).toMatchObject([later]);
  });

  it('a silence is found by its id', async () => {
    expect((await api.ask('/api/silences/silence-1')).body).toEqual(silence);
    const { status, body } = await api.ask('/api/silences/none');
    expect([status, body.detail]).toEqual([404, 'silence "none": there is no such silence; /api/silences lists them']);
  });

  it('an id that is used again at another time makes a second silence', async () => {
    await api.persist(topics.alerts, silenceVersion, { ...silence, createdAtMs: startMs + 90_000_000 });
    expect(await listed({ cluster: 'prod' })).toHaveLength(2);
  });
});
