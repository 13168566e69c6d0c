import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownAlerts } from '../../functions/alert/known-alerts.ts';
import { createApi } from '../../functions/api/handler.ts';
import { alertId } from '../../functions/shared/domain/ids.ts';
import { settingsSchema } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { systemClock } from '../../functions/shared/ports/clock.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { fromApiGateway, toApiGateway } from '../../local/http/api-gateway.ts';
import { openStore } from '../../local/sqlite/store.ts';
import { AlertOnStore } from '../functions/alert/alert-on-store.ts';
import { anomaly, anomalyRecord, closed, seriesAt, ticks } from '../functions/alert/signals.ts';
import { health } from '../functions/api/api-on-store.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { Loopback } from '../support/loopback.ts';
import { offbeat } from './run-cli.ts';

const settings = settingsSchema.parse({ receivers: [{ name: 'pager', terminal: {} }] });
const nowMs = Math.floor(Date.now() / 10_000) * 10_000;
const disk = anomaly({ startsAtMs: nowMs - 60_000, severity: 'critical' });
const load = anomaly({
  series: seriesAt('service', 's'),
  dataset: 'app.load',
  startsAtMs: nowMs - 120_000,
  severity: 'critical',
});
const [open, resolved] = [alertId('prod', disk.id), alertId('prod', load.id)];

/** The API without a warehouse over HTTP, as a deployment serves it, and the alert stage that reads its commands. */
const store = openStore(':memory:', defaultLayout, systemClock);
const ports = { ...store, settings, layout: defaultLayout, telemetry: silentTelemetry, clock: systemClock };
const stage = new AlertOnStore(ports);
const loopback = new Loopback();
let url = '';
let read = 0;

beforeAll(async () => {
  const api = createApi({ ...ports, warehouse: knownAlerts(ports), health: async () => health });
  const port = await loopback.http(async (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://offbeat');
    const body = await buffer(request);
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const event = toApiGateway({ method: request.method ?? '', path, query, headers, body });
    const answer = fromApiGateway(await api(event, lambdaContext()));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  url = `http://127.0.0.1:${port}`;
  await stage.feed([
    ...ticks(nowMs - 120_000, nowMs - 120_000),
    ...[disk, load].map((each) => anomalyRecord(each)),
    anomalyRecord(closed(load, nowMs - 100_000, nowMs - 90_000)),
    ...ticks(nowMs - 50_000, nowMs),
  ]);
});
afterAll(async () => {
  await loopback.close();
  store.close();
});

/** Runs a command against the API; what it posts has its effect before the next one. */
async function run(...args: readonly string[]) {
  const finished = await offbeat([...args, '--url', url]);
  const end = store.broker.endOffset(topics.signals, 0);
  if (end > read) {
    const posted = store.broker.read(topics.signals, 0, read, { recordsMax: 100, bytesMax: 1_000_000 });
    await stage.feed(posted);
  }
  read = end;
  return finished;
}

describe('the command line against an API without a warehouse', () => {
  it('alerts lists the open and the resolved one, and why explains both', async () => {
    const { stdout } = await run('alerts');
    expect(stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
      `${open} open`,
      `${resolved} resolved`,
      '',
    ]);
    expect((await run('why', open)).stdout).toMatch(/decisions\n.*correlate +opened: .*\n.*group +critical at once/);
    expect((await run('why', resolved)).stdout).toContain('resolve      all closed: back to normal');
  });

  it('ack and resolve change the alert, and why shows who did it', async () => {
    expect((await run('ack', open, '--by', 'ada')).stdout).toContain('acknowledged by ada');
    expect((await run('alerts', '--status', 'acknowledged')).stdout).toContain(open);
    expect((await run('resolve', open, '--by', 'bob')).stdout).toContain('resolved by bob');
    expect((await run('why', open)).stdout).toContain('command      resolved by bob');
  });

  it('an unknown alert is reported with what is known without a warehouse', async () => {
    const { status, stderr } = await run('why', 'nonesuch');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'there is no alert "nonesuch"; "npx offbeat alerts" lists their ids; without a warehouse, only open',
    );
  });

  it('silence, silences and unsilence work, and silences that are over are not listed', async () => {
    expect((await run('silence', 'name=a', '--cluster', 'prod', '--for', '1h', '--by', 'ada')).status).toBe(0);
    const { silences } = JSON.parse((await run('silences', '--json')).stdout);
    expect(silences).toMatchObject([{ state: 'active', matchers: { name: 'a' } }]);
    expect((await run('unsilence', silences[0].id, '--by', 'ada')).status).toBe(0);
    expect((await run('silences')).stdout).toBe('no silences\n');
    const over = await run('silences', '--state', 'over');
    expect([over.status, over.stderr]).toEqual([1, expect.stringContaining('no warehouse: a silence that is over')]);
  });

  it('deliveries lists what was delivered, and notes what is not known', async () => {
    await store.deliveries.acknowledge({ receiver: 'pager', alertId: open }, { revision: 1, owner: 'w', nowMs });
    const { stdout, stderr } = await run('deliveries', '--state', 'delivered');
    expect(stdout).toMatch(new RegExp(`pager +${open} +1 +delivered +-`));
    expect(stderr).toContain('note: without a warehouse');
  });

  it('why of a series reports that there is no warehouse, the setting and the remedy', async () => {
    const { status, stderr } = await run('why', 'prod/host/a system.load.norm.1');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/no warehouse: .*deployment\.warehouse: none.*deploy$/m),
    ]);
  });
});

describe('the commands while a partition of alert is stopped', () => {
  it('a list names the partition and the remedy beside what is known', async () => {
    const { blocks } = await store.ledger.read({ stage: 'alert', topic: topics.signals, partition: 0 });
    await store.objects.delete(Object.values(blocks).flatMap((block) => ('object' in block ? [block.object] : [])));
    const { stderr } = await run('alerts');
    expect(stderr).toMatch(/^note: partition 0 of alert's state cannot be read: .*restore an earlier state/);
  });
});
