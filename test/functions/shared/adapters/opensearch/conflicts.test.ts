import { describe, expect, it } from 'vitest';
import { inTurn, rig, whole, write } from './rig.ts';
import { type Answer, bulkAnswer } from './scripted-server.ts';

describe('a document whose id exists', () => {
  const exists = { status: 409, error: { type: 'version_conflict_engine_exception' } };
  /** Answers each bulk request with conflicts, and the request that reads back by `readBack`. */
  const conflicting =
    (readBack: Answer): Answer =>
    (request) =>
      request.path === '/_mget' ? readBack(request) : bulkAnswer(request, () => exists);
  const found =
    (...names: readonly string[]): Answer =>
    () => ({ status: 200, body: { docs: names.map((name) => ({ found: true, _source: write(name).document })) } });
  const differs = 'another document has this id: it differs in host.name';

  it('is read back, all of a request at once, and is written if it is the same', async () => {
    const { warehouse, seen } = await rig(conflicting(found('a', 'b')));
    expect(await warehouse.write([write('a'), write('b')])).toEqual([]);
    const docs = ['a', 'b'].map((_id) => ({ _index: 'offbeat-samples-2026.11.23', _id }));
    expect(seen.map(({ path }) => path.split('?')[0])).toEqual(['/_bulk', '/_mget']);
    expect(JSON.parse(seen[1]!.body)).toEqual({ docs });
  });

  it('is a collision if it is another one', async () => {
    const { warehouse } = await rig(conflicting(found('a', 'other')));
    const refusals = await warehouse.write([write('a'), write('b')]);
    expect(refusals).toEqual([{ index: 1, reason: differs, isCollision: true }]);
  });

  it('is the same if only metrics are missing for which the index had no field', async () => {
    const known = write('a').document;
    const readBack: Answer = () => ({ status: 200, body: { docs: [{ found: true, _source: known }] } });
    const { warehouse } = await rig(conflicting(readBack));
    expect(await warehouse.write([write('a', { document: { ...known, 'other.acme.depth': 1 } })])).toEqual([]);
    expect(await warehouse.write([write('a', { document: { ...known, 'offbeat.scope': 'x' } })])).toHaveLength(1);
  });

  it('is not read back if it has a version', async () => {
    const { warehouse, seen } = await rig(conflicting(found()));
    expect(await warehouse.write([write('a', { version: 3 })])).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['an error for it', { docs: [{ _id: 'a', error: { type: 'no_shard_available_action_exception', reason: 'x' } }] }],
    ['no document', { docs: [] }],
    ['no list', {}],
  ])('is read back again after an answer with %s, and is never taken for the same', async (_, body) => {
    const again = await rig(conflicting(inTurn(() => ({ status: 200, body }), found('b'))));
    expect(await again.warehouse.write([write('a')])).toHaveLength(1);
    const never = await rig(conflicting(() => ({ status: 200, body })));
    await expect(never.warehouse.write([write('a')])).rejects.toThrow(/OpenSearch, read documents back/);
  });

  it('counts as written if its index was deleted since', async () => {
    const body = { docs: [{ _id: 'a', error: { type: 'index_not_found_exception', reason: 'x' } }] };
    const { warehouse } = await rig(conflicting(() => ({ status: 200, body })));
    expect(await warehouse.write([write('a')])).toEqual([]);
  });

  it('is read back again after a failure that passes, and counts as written if it may not be read', async () => {
    const again = await rig(conflicting(inTurn(() => whole(503), found('b'))));
    expect(await again.warehouse.write([write('a')])).toHaveLength(1);
    expect(again.waits).toHaveLength(1);
    const denied = await rig(conflicting(() => whole(403, 'security_exception')));
    expect(await denied.warehouse.write([write('a')])).toEqual([]);
    const gone = await rig(conflicting(() => ({ status: 200, body: { docs: [{ found: false }] } })));
    expect(await gone.warehouse.write([write('a')])).toEqual([]);
  });
});
