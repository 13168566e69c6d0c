import { describe, expect, it } from 'vitest';
import { knownAlerts } from '../../../functions/alert/known-alerts.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { type DeliveryItem, newDelivery } from '../../../functions/shared/domain/delivery.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { commandVersion } from '../../../functions/shared/domain/signal.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { startMs } from '../../support/alerts.ts';
import { AlertOnStore } from '../alert/alert-on-store.ts';
import { anomaly, anomalyRecord, closed, commandRecord, recordOf, seriesAt, tick, ticks } from '../alert/signals.ts';
import { apiOnStore } from './api-on-store.ts';

const api = apiOnStore();
const clock = { nowMs: () => startMs, random: () => 0 };
const settings = settingsSchema.parse({ receivers: ['chat', 'pager'].map((name) => ({ name, terminal: {} })) });

/** The API of a deployment without a warehouse, and the alert stage, over the ledger and the objects of one store. */
function withoutWarehouse() {
  const { ledger, objects, eventLog } = api.store;
  const ports = { ledger, objects, eventLog, settings, layout: defaultLayout, telemetry: silentTelemetry, clock };
  const warehouse = knownAlerts(ports);
  const stage = new AlertOnStore(ports);
  const ask = (path: string, request: Parameters<typeof api.ask>[1] = {}) =>
    api.ask(path, { ...request, ports: { settings, warehouse, ...request.ports } });
  const listed = async (path: string): Promise<string[]> =>
    (await ask(path)).body.alerts.map(({ entity }: Alert) => `${entity.cluster} ${entity.name}`);
  return { stage, ask, listed };
}

const minute = (minutes: number): number => startMs + minutes * 60_000;
/** Returns a critical anomaly of a host, which opens an alert of its own at once. */
const anomalyOf = (cluster: string, name: string, startsAtMs: number) =>
  anomaly({ series: seriesAt('host', name, 'x', cluster), dataset: name, startsAtMs, severity: 'critical' });
const idOf = (cluster: string, name: string, startsAtMs: number): string =>
  alertId(cluster, anomalyOf(cluster, name, startsAtMs).id);

/** Records after which `prod` has an open alert of `a` and a resolved one of `b`, and `test` an acknowledged one of `c`. */
const threeAlerts = [
  tick(minute(0)),
  ...[anomalyOf('prod', 'a', minute(2)), anomalyOf('prod', 'b', minute(1)), anomalyOf('test', 'c', minute(3))].map(
    (each) => anomalyRecord(each),
  ),
  anomalyRecord(closed(anomalyOf('prod', 'b', minute(1)), minute(2))),
  ...ticks(minute(4), minute(6)),
  commandRecord({
    id: 'ack-of-ada',
    by: 'ada',
    cluster: 'test',
    action: 'ack',
    atMs: minute(6),
    alertId: idOf('test', 'c', minute(3)),
  }),
];

describe('alerts without a warehouse', () => {
  it('alerts are listed the newest first, resolved ones too', async () => {
    const { stage, listed } = withoutWarehouse();
    expect(await listed('/api/alerts')).toEqual([]);
    await stage.feed(threeAlerts);
    expect(await listed('/api/alerts')).toEqual(['test c', 'prod a', 'prod b']);
  });

  it.each([
    ['status=open', ['prod a']],
    ['status=acknowledged', ['test c']],
    ['status=resolved', ['prod b']],
    ['cluster=prod', ['prod a', 'prod b']],
    ['cluster=prod&status=acknowledged', []],
    [`from=${minute(2)}`, ['test c', 'prod a']],
    [`to=${minute(2)}`, ['prod b']],
    [`from=${minute(2)}&to=${minute(3)}`, ['prod a']],
    ['limit=1', ['test c']],
  ])('alerts are filtered: %s', async (query, expected) => {
    const { stage, listed } = withoutWarehouse();
    await stage.feed(threeAlerts);
    expect(await listed(`/api/alerts?${query}`)).toEqual(expected);
  });

  it('an alert has its suspects and its trace, with the decisions after its last record', async () => {
    const { stage, ask } = withoutWarehouse();
    await stage.feed(threeAlerts);
    const { status, body } = await ask(`/api/alerts/${idOf('prod', 'a', minute(2))}`);
    expect(status).toBe(200);
    expect(body.suspects).toMatchObject([{ entity: { name: 'a' }, why: expect.stringContaining('the only entity') }]);
    expect(body.trace).toMatchObject([
      { stage: 'correlate', reason: 'opened' },
      { stage: 'group', reason: 'critical at once' },
      { stage: 'group', reason: 'nothing new' },
    ]);
  });

  it('an alert is still explained after it resolved', async () => {
    const { stage, ask } = withoutWarehouse();
    await stage.feed(threeAlerts);
    const { body } = await ask(`/api/alerts/${idOf('prod', 'b', minute(1))}`);
    expect(body).toMatchObject({ status: 'resolved', transition: 'resolved', endsAtMs: minute(2) });
    expect(body.trace.at(-1)).toMatchObject({ stage: 'resolve', reason: 'all closed' });
  });

  it('an alert that is not known is 404, with a note that names what is known', async () => {
    const { status, body } = await withoutWarehouse().ask('/api/alerts/none');
    expect([status, body]).toMatchObject([
      404,
      {
        detail: 'alert "none": there is no such alert; /api/alerts lists them',
        status: 404,
        note: 'without a warehouse, only open alerts are known, and the last 50 resolved ones of each cluster for 8 days, those of a replay until it ends',
      },
    ]);
  });

  it('alerts are unavailable while the ledger is', async () => {
    const read = () => Promise.reject(new UnavailableError('the ledger does not answer'));
    const { status, body } = await withoutWarehouse().ask('/api/alerts', { ports: { warehouse: { read } } });
    expect([status, body.detail]).toEqual([503, 'the ledger does not answer']);
  });
});

describe('silences and commands without a warehouse', () => {
  const silence = {
    id: 'quiet-please',
    action: 'silence',
    by: 'ada',
    cluster: 'prod',
    matchers: { name: 'a' },
    endsAtMs: minute(60),
  } as const;
  const post = (ask: ReturnType<typeof withoutWarehouse>['ask'], command: object) =>
    ask('/api/commands', { body: JSON.stringify(command) });
  const applied = (command: object) => {
    const record = recordOf(commandVersion, { atMs: startMs, ...command });
    return { ...record, timestampMs: startMs };
  };

  it('silences that are pending or active are listed, filtered and found by id', async () => {
    const { stage, ask } = withoutWarehouse();
    const later = { ...silence, id: 'quiet-later', cluster: 'test', startsAtMs: minute(30), atMs: minute(1) };
    await stage.feed([tick(minute(0)), applied(silence), applied(later)]);
    const ids = async (query = '') =>
      (await ask(`/api/silences${query}`)).body.silences.map(({ id }: { id: string }) => id);
    expect(await ids()).toEqual(['quiet-later', 'quiet-please']);
    expect(await ids('?state=active')).toEqual(['quiet-please']);
    expect(await ids('?state=pending&cluster=test')).toEqual(['quiet-later']);
    expect(await ids('?cluster=none')).toEqual([]);
    expect(await ids('?limit=1')).toEqual(['quiet-later']);
    expect((await ask('/api/silences/quiet-please')).body).toMatchObject({ state: 'active', by: 'ada', revision: 1 });
  });

  it('silences that are over are not known: a list of them is 501, and one of them 404 with a note', async () => {
    const { ask } = withoutWarehouse();
    const list = await ask('/api/silences?state=over');
    expect([list.status, list.body.detail]).toEqual([
      501,
      expect.stringMatching(/^no warehouse: a silence that is over/),
    ]);
    const one = await ask('/api/silences/none');
    expect([one.status, one.body.note]).toEqual([
      404,
      'without a warehouse, only silences that are not over are known',
    ]);
  });

  it('a known silence with other matchers is refused, and the same one is accepted again', async () => {
    const { stage, ask } = withoutWarehouse();
    await stage.feed([tick(minute(0)), anomalyRecord(anomalyOf('prod', 'a', minute(0))), applied(silence)]);
    const other = await post(ask, { ...silence, matchers: { name: 'b' } });
    expect([other.status, other.body.detail]).toEqual([409, expect.stringContaining('with other matchers')]);
    expect(await post(ask, silence)).toMatchObject({ status: 202, body: { accepted: silence.id, warnings: [] } });
  });

  it.each([
    ['local', []],
    ['prod', []],
    ['prodd', ['no cluster "prodd" is known; known is local']],
  ])('the cluster of a silence is checked by the settings and the alerts: %s', async (cluster, warnings) => {
    const { stage, ask } = withoutWarehouse();
    expect(defaultSettings.cluster.name).toBe('local');
    await stage.feed([tick(minute(0)), anomalyRecord(anomalyOf('prod', 'a', minute(0)))]);
    expect((await post(ask, { ...silence, cluster })).body.warnings).toEqual(warnings);
  });

  it('a silence is accepted unchecked while the ledger does not answer', async () => {
    const read = () => Promise.reject(new UnavailableError('away'));
    const body = JSON.stringify(silence);
    const answer = await withoutWarehouse().ask('/api/commands', { body, ports: { warehouse: { read } } });
    expect([answer.status, answer.body.warnings]).toEqual([
      202,
      [expect.stringContaining('could not be checked, because the state of alert does not answer')],
    ]);
  });

  it('an acknowledgement that is posted is in the alert once the stage has read it', async () => {
    const { stage, ask } = withoutWarehouse();
    await stage.feed(threeAlerts);
    const id = idOf('prod', 'a', minute(2));
    const command = { id: 'ack-of-bob', action: 'ack', by: 'bob', cluster: 'prod', alertId: id };
    expect((await post(ask, command)).status).toBe(202);
    await stage.feed([commandRecord({ ...command, atMs: startMs } as never)]);
    expect((await ask(`/api/alerts/${id}`)).body).toMatchObject({ status: 'acknowledged', transition: 'acknowledged' });
  });
});

describe('deliveries without a warehouse', () => {
  const held = { revision: 1, firstPageRevision: 1, owner: 'w', nowMs: startMs };
  const alertOfA = idOf('prod', 'a', minute(2));
  const toPager = { receiver: 'pager', alertId: alertOfA };

  it('deliveries that wait or were given up are listed, the latter without time and reason', async () => {
    const { deliveries } = api.store;
    await deliveries.giveUp({ receiver: 'chat', alertId: 'gone' }, held);
    await deliveries.wait(toPager, held, { nextTryMs: startMs + 1, reason: 'server error', failed: true });
    expect((await withoutWarehouse().ask('/api/deliveries')).body).toEqual({
      deliveries: [
        {
          ...{ receiver: 'pager', alertId: alertOfA, revision: 1, state: 'waiting' },
          ...{ sinceMs: startMs, reason: 'server error', tries: 1, nextTryMs: startMs + 1 },
        },
        { receiver: 'chat', alertId: 'gone', revision: 1, state: 'given up' },
      ],
    });
  });

  it('of what was delivered the first page and the newest revision are known, and a note names what is not', async () => {
    const { stage, ask } = withoutWarehouse();
    await stage.feed(threeAlerts);
    const { deliveries } = api.store;
    for (const revision of [1, 2, 3]) await deliveries.acknowledge(toPager, { ...held, revision });
    await deliveries.acknowledge({ receiver: 'chat', alertId: 'forgotten' }, held);
    const rows = async (query = '') => {
      const { body } = await ask(`/api/deliveries?state=delivered${query}`);
      expect(body.note).toContain('without a warehouse');
      return body.deliveries.map((row: DeliveryItem & { revision: number }) => [
        row.receiver,
        row.alertId,
        row.revision,
      ]);
    };
    expect(await rows()).toEqual([
      ['pager', alertOfA, 3],
      ['pager', alertOfA, 1],
    ]);
    expect(await rows('&limit=1')).toEqual([['pager', alertOfA, 3]]);
    expect(await rows('&receiver=chat')).toEqual([]);
    expect(await rows('&alert=forgotten')).toEqual([['chat', 'forgotten', 1]]);
    expect(await deliveries.read({ receiver: 'chat', alertId: 'none' })).toEqual(
      newDelivery({ receiver: 'chat', alertId: 'none' }),
    );
  });
});

describe('what only a warehouse has', () => {
  it.each([
    '/api/anomalies',
    '/api/series',
    '/api/samples',
    '/api/sample-documents',
    '/api/summaries',
    '/api/inventory',
    '/api/status',
    '/api/samples?series=nonsense',
  ])('%s is 501, and names the setting and the remedy, whatever its parameters', async (path) => {
    const { status, body } = await withoutWarehouse().ask(path);
    const route = path.replace(/\?.*/, '');
    expect([status, body]).toMatchObject([
      501,
      {
        detail:
          `no warehouse: ${route} is answered by the warehouse, and this deployment has none ` +
          '(deployment.warehouse: none); to have it, set deployment.warehouse: opensearch in offbeat.yaml and deploy',
        status: 501,
      },
    ]);
  });

  it('health is answered, and an unknown parameter of another route is still refused', async () => {
    const { ask } = withoutWarehouse();
    expect((await ask('/api/health')).status).toBe(200);
    expect((await ask('/api/alerts?sttus=open')).status).toBe(400);
  });
});
