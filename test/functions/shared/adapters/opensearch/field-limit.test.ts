import { afterEach, describe, expect, it } from 'vitest';
import { openSearchClient } from '../../../../../functions/shared/adapters/opensearch/client.ts';
import { OpenSearchWarehouse } from '../../../../../functions/shared/adapters/opensearch/warehouse.ts';
import type { WarehouseDocument, WarehouseWrite } from '../../../../../functions/shared/ports/warehouse.ts';
import { type Answer, actionsOf, bulkAnswer, scriptedServer } from './scripted-server.ts';

const timeMs = Date.parse('2026-11-23T15:00:00Z');
const reason = 'Limit of total fields [1760] has been exceeded';
const limit = { type: 'illegal_argument_exception', reason };
const written = { status: 201 };
const refused = { status: 400, error: limit };
const nested = {
  status: 400,
  error: { type: 'mapper_parsing_exception', reason: 'failed to parse', caused_by: limit },
};
const throttled = { status: 429, error: { type: 'rejected_execution_exception', reason: 'queue is full' } };

const known = { 'system.memory.used.pct': 0.9, 'host.name': 'db-10' };
const full = { ...known, 'other.system.memory.hugepages.total': 10 };
const unknownOnly = { 'host.name': 'prom-2', 'other.prometheus.metrics.n': 1 };

const write = (id: string, document: WarehouseDocument): WarehouseWrite => ({
  family: 'offbeat-samples',
  id,
  timeMs,
  document,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rig(answer: Answer) {
  const server = await scriptedServer(answer);
  const client = await openSearchClient({ url: server.url, retries: 0 });
  closing.push(async () => client.close(), server.close);
  const timing = { now: () => 0, random: () => 0.5, wait: async () => {} };
  return { warehouse: new OpenSearchWarehouse(client, { timing }), seen: server.seen };
}

type Outcome = Parameters<typeof bulkAnswer>[1];

/** Answers each document by the fields that it was sent with. */
const byFields = (outcome: (document: WarehouseDocument, id: string) => ReturnType<Outcome>): Answer => {
  return (request) => {
    const documents = new Map(actionsOf(request).map(([head, document]) => [Object.values(head)[0]!._id, document]));
    return bulkAnswer(request, (id) => outcome(documents.get(id)! as WarehouseDocument, id));
  };
};

const hasOther = (document: WarehouseDocument): boolean =>
  Object.keys(document).some((name) => name.startsWith('other.'));

describe('an index that has as many fields as it may have', () => {
  it.each([refused, nested])(
    'gets the metrics of the catalogue, and the rest is returned as left out: %j',
    async (answer) => {
      const { warehouse, seen } = await rig(byFields((document) => (hasOther(document) ? answer : written)));
      const outcome = await warehouse.write([write('a', known), write('b', full)]);
      expect(outcome).toEqual([{ index: 1, reason: expect.stringContaining(reason), leftOut: 'other metrics' }]);
      expect(seen.map((request) => actionsOf(request).map(([, document]) => document))).toEqual([
        [known, full],
        [known],
      ]);
    },
  );

  it('refuses a document of which no metric would be left, and one with a field of its own too many', async () => {
    const { warehouse, seen } = await rig(byFields(() => refused));
    const text = `illegal_argument_exception: ${reason}`;
    expect(await warehouse.write([write('a', unknownOnly), write('b', known)])).toEqual([
      { index: 0, reason: text },
      { index: 1, reason: text },
    ]);
    expect(seen).toHaveLength(1);
    const other = await rig(byFields(() => refused));
    expect(await other.warehouse.write([write('c', full)])).toEqual([{ index: 0, reason: text }]);
    expect(other.seen).toHaveLength(2);
  });

  it('is asked again without these metrics where the document is throttled meanwhile', async () => {
    let turn = 0;
    const { warehouse, seen } = await rig(
      byFields((document) => {
        turn += 1;
        if (hasOther(document)) return refused;
        return turn < 4 ? throttled : written;
      }),
    );
    expect(await warehouse.write([write('a', full)])).toMatchObject([{ index: 0, leftOut: 'other metrics' }]);
    expect(seen).toHaveLength(4);
  });

  it('may refuse the request as a whole: then the document is found', async () => {
    const { warehouse } = await rig((request) =>
      actionsOf(request).some(([, document]) => hasOther(document as WarehouseDocument))
        ? { status: 400, body: { status: 400, error: limit } }
        : bulkAnswer(request, () => written),
    );
    const outcome = await warehouse.write([write('a', known), write('b', full), write('c', unknownOnly)]);
    expect(outcome).toEqual([
      { index: 1, reason: `illegal_argument_exception: ${reason}`, leftOut: 'other metrics' },
      { index: 2, reason: `illegal_argument_exception: ${reason}` },
    ]);
  });
});
