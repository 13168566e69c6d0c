import { beforeEach, describe, expect, it } from 'vitest';
import { grantAccess } from '../../functions/set-up-warehouse/access.ts';
import { createSetUp } from '../../functions/set-up-warehouse/handler.ts';
import { type SetUpReport, setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { templates } from '../../functions/set-up-warehouse/templates.ts';
import { silentTelemetry } from '../../functions/shared/ports/telemetry.ts';
import { families, type WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { indexOf } from '../../functions/shared/warehouse/index-names.ts';
import { ManualClock } from '../local/memory-broker.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { knowsLifecycles, refresh, server, warehouse, wipe } from './opensearch.ts';

const dayMs = 86_400_000;
const todayMs = Date.parse('2026-11-23T15:00:00Z');
const longAgoMs = todayMs - 20 * dayMs;

beforeEach(wipe);

const write = (id: string, timeMs: number, field: string): WarehouseWrite => ({
  family: 'offbeat-samples',
  id,
  timeMs,
  document: { '@timestamp': new Date(timeMs).toISOString(), [field]: 1 },
});

const get = async (path: string): Promise<unknown> => (await server.request('GET', path)).body;

/** Returns everything that a set-up could change. */
const stateOfServer = async () => ({
  templates: await get('/_index_template/offbeat-*'),
  mappings: await get('/offbeat-*/_mapping'),
  settings: await get('/offbeat-*/_settings'),
  aliases: await get('/_alias/offbeat-*'),
});

describe('the set-up of a real OpenSearch', () => {
  // The requests for lifecycles and dashboards are in test/functions/set-up-warehouse.
  it('creates a template for every family, and names what the server does not support', async () => {
    const { steps } = await setUpWarehouse(server, todayMs);
    const made = steps.filter(({ step }) => step === 'index template');
    expect(made).toEqual(families.map((name) => ({ step: 'index template', name, outcome: 'created' })));
    const others = steps.filter(({ step }) => step !== 'index template');
    expect(new Set(others.map(({ step, outcome }) => `${step} ${outcome}`))).toEqual(
      new Set([`lifecycle policy ${knowsLifecycles ? 'created' : 'not available'}`, 'dashboards not available']),
    );
  });

  it('changes nothing when it runs again, by its handler too', async () => {
    await setUpWarehouse(server, todayMs);
    await warehouse().write([write('a', todayMs, 'system.load.1'), write('b', todayMs, 'other.acme.depth')]);
    const before = await stateOfServer();
    const clock = new ManualClock();
    clock.timeMs = todayMs;
    const handler = createSetUp({ searchServer: server, clock, telemetry: silentTelemetry });
    const { steps } = (await handler({}, lambdaContext())) as SetUpReport;
    expect(new Set(steps.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged', 'not available']));
    expect(await stateOfServer()).toEqual(before);
  });

  it('names roles and their mappings as unsupported on a node without the security plugin', async () => {
    const steps = await grantAccess(server, { writers: ['a'], readers: ['b'], analysts: ['c'] });
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      ...Array.from({ length: 2 }, () => 'role not available'),
      ...Array.from({ length: 3 }, () => 'role mapping not available'),
    ]);
  });

  it('gives every index its alias', async () => {
    await setUpWarehouse(server, todayMs);
    const writes = families.map((family) => ({ ...write(family, todayMs, 'host.name'), family }));
    expect(await warehouse().write(writes)).toEqual([]);
    await refresh();
    for (const family of families) expect([family, await warehouse().count(family)]).toEqual([family, 1]);
  });

  it('of a new release adds its fields for live documents, and changes no old index and no document', async () => {
    await setUpOlderRelease();
    const [old, today] = [write('old', longAgoMs, 'system.load.5'), write('today', todayMs, 'system.load.5')];
    expect(await warehouse().write([old, today])).toEqual([]);
    const tooNew = write('new', todayMs, 'system.load.1');
    expect(await warehouse().write([tooNew])).toEqual([{ index: 0, reason: expect.stringContaining('strict') }]);
    const oldIndex = await get(`/${indexOf(old)}`);

    const { steps } = await setUpWarehouse(server, todayMs);
    expect(steps.filter(({ outcome }) => outcome === 'updated')).toEqual([
      { step: 'index template', name: 'offbeat-samples', outcome: 'updated' },
      { step: 'fields', name: indexOf(today), outcome: 'updated' },
    ]);
    expect(await get(`/${indexOf(old)}`)).toEqual(oldIndex);
    expect(await warehouse().write([tooNew])).toEqual([]);
    await refresh();
    const all = await warehouse().search({ family: 'offbeat-samples', order: 'oldest first', limit: 10 });
    expect(all).toEqual([old.document, today.document, tooNew.document]);
    expect((await setUpWarehouse(server, todayMs)).steps.filter(({ outcome }) => outcome === 'updated')).toEqual([]);
  });

  /** Creates a template that did not know `system.load.1` yet. */
  async function setUpOlderRelease(): Promise<void> {
    await setUpWarehouse(server, todayMs);
    const template = templates().get('offbeat-samples')!;
    const older = JSON.parse(JSON.stringify(template).replaceAll(template._meta.offbeat, 'an older one'));
    delete older.template.mappings.properties.system.properties.load.properties['1'];
    expect((await server.request('PUT', '/_index_template/offbeat-samples', older)).status).toBe(200);
  }
});
