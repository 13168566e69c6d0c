import { expect, it } from 'vitest';
import type { Operations } from '../../../functions/api/operations.ts';
import { apiRoutes } from '../../../functions/api/routes/routes.ts';
import { alertVersion } from '../../../functions/shared/domain/alert.ts';
import { sampleVersion } from '../../../functions/shared/domain/sample.ts';
import { silenceVersion } from '../../../functions/shared/domain/silence.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { chunkserver, inventoryWrite } from '../../contract/warehouse-writes.ts';
import { alertOf, startMs } from '../../support/alerts.ts';
import { apiOnStore } from './api-on-store.ts';
import { documentedPath } from './fits-document.ts';
import { sample, written } from './queries/samples-of-node.ts';

const api = apiOnStore();
const operations: Operations = {
  testReceiver: async () => ({ ok: true, status: 200, answer: 'accepted' }),
  redriveMessages: async () => 1,
  deadLetters: async () => ({ groups: [] }),
  redriveLetters: async () => 2,
  isSecretSet: async () => true,
};
const series = encodeURIComponent(written);
const silence = {
  id: 'silence-1',
  cluster: 'prod',
  revision: 1,
  state: 'active',
  by: 'ada',
  matchers: { entity: 'prod/host/*' },
  ...{ createdAtMs: startMs, startsAtMs: startMs, endsAtMs: startMs + 60_000, updatedAtMs: startMs },
  scope: 'live',
};
const ack = { id: 'command-1', action: 'ack', by: 'ada', cluster: 'prod', alertId: 'alert-1' };

/** A request for each route, which it answers. */
const requests: [path: string, body?: object][] = [
  ['/api/health'],
  ['/api/me'],
  ['/api/alerts'],
  [`/api/alerts/${alertOf().id}`],
  ['/api/anomalies'],
  ['/api/silences'],
  ['/api/silences/silence-1'],
  ['/api/deliveries'],
  ['/api/receivers'],
  ['/api/receivers/terminal/test', {}],
  ['/api/deliveries/redrive', { receiver: 'terminal' }],
  ['/api/dead-letters'],
  ['/api/dead-letters/redrive', { reason: 'not JSON', stage: 'normalise' }],
  ['/api/commands', ack],
  ['/api/silences/preview', { cluster: 'prod', matchers: { name: '*' }, endsAtMs: startMs + 60_000 }],
  ['/api/series?dataset=*'],
  [`/api/samples?series=${series}`],
  ['/api/sample-documents?cluster=recorded'],
  [`/api/summaries?series=${series}`],
  ['/api/inventory'],
  ['/api/status'],
  ['/api/overview'],
  ['/api/changes'],
  ['/api/measures'],
  ['/api/queues'],
  ['/api/entities'],
  ['/api/search?q=node'],
  [`/api/charts?series=${series}&series=${series}&band=true`],
  ['/api/openapi.json'],
];

it.each(requests)('%s has an answer as the OpenAPI document describes it', async (path, sent) => {
  await api.persist(topics.alerts, alertVersion, alertOf());
  await api.persist(topics.alerts, silenceVersion, silence);
  await api.persist(topics.samples, sampleVersion, sample(0, { 'system.diskio.write.bytes': 1 }));
  await api.store.warehouse.write([inventoryWrite(chunkserver('prod', { timestampMs: startMs, seenMs: startMs }))]);
  const { status, body } = await api.ask(path, {
    ports: { operations },
    ...(sent !== undefined && { body: JSON.stringify(sent) }),
  });
  expect([status, body]).toEqual([sent === undefined ? 200 : expect.toSatisfy((code) => code < 300), body]);
});

it('every route of the table has such a request', () => {
  const asked = requests.map(
    ([path, body]) => `${body === undefined ? 'GET' : 'POST'} ${documentedPath(path.split('?')[0]!)}`,
  );
  expect(asked.toSorted()).toEqual(apiRoutes.map(({ method, path }) => `${method} ${path}`).toSorted());
});

it.each([
  ['GET', '/api/dead-letters'],
  ['POST', '/api/dead-letters/redrive'],
  ['POST', '/api/deliveries/redrive'],
  ['POST', '/api/receivers/terminal/test'],
])('%s %s is 501 and names the command where the function reads no queue', async (method, path) => {
  const sent = requests.find(([each]) => each === path)?.[1];
  const { status, body } = await api.ask(path, { method, ...(sent !== undefined && { body: JSON.stringify(sent) }) });
  expect([status, body.detail]).toEqual([501, expect.stringMatching(/this function reads no queue and no log/)]);
});
