import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Access, grantAccess, roles } from '../../../functions/set-up-warehouse/access.ts';
import { createSetUp } from '../../../functions/set-up-warehouse/handler.ts';
import { openSearchClient } from '../../../functions/shared/adapters/opensearch/client.ts';
import { type SearchServer, searchServer } from '../../../functions/shared/adapters/opensearch/server.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { type SeenRequest, scriptedServer } from '../shared/adapters/opensearch/scripted-server.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const api = '/_plugins/_security/api';
type Entry = Readonly<Record<string, unknown>>;

/**
 * A server with the security plugin, over real HTTP. The node of the real tests has none, so that answers are as its
 * documentation and its code have them.
 * @see https://docs.opensearch.org/latest/security/access-control/api/
 */
async function secured(entries: Readonly<Record<string, Entry>> = {}) {
  const known = new Map(Object.entries(entries));
  const put: [path: string, body: unknown][] = [];
  const answer = ({ method, path, body }: SeenRequest) => {
    const name = path.split('/').at(-1)!;
    if (!path.startsWith(api)) return { status: 404, body: { error: 'no handler found' } };
    if (method === 'GET') {
      const entry = known.get(path.slice(api.length));
      return entry === undefined
        ? { status: 404, body: { status: 'NOT_FOUND', message: `Resource '${name}' not found.` } }
        : { status: 200, body: { [name]: { reserved: false, hidden: false, static: false, ...entry } } };
    }
    put.push([path, JSON.parse(body)]);
    const isThere = known.has(path.slice(api.length));
    known.set(path.slice(api.length), JSON.parse(body));
    const [status, word] = isThere ? [200, 'OK'] : [201, 'CREATED'];
    return { status, body: { status: word, message: `'${name}' ${isThere ? 'updated' : 'created'}.` } };
  };
  return { ...(await open(answer)), known, put };
}

async function open(answer: (request: SeenRequest) => { status: number; body: unknown } | 'hang up') {
  const { url, seen, close } = await scriptedServer(answer);
  const client = await openSearchClient({ url, retries: 0 });
  closing.push(async () => {
    await client.close();
    await close();
  });
  return { server: searchServer(client), seen };
}

const role = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;
const access: Access = {
  writers: [role('persist'), role('aggregate')],
  readers: [role('api')],
  analysts: [role('analysts')],
};
/** On Amazon OpenSearch Service. */
const dashboards = { '/roles/opensearch_dashboards_user': { static: true, reserved: true } };

async function outcomes(server: SearchServer, given: Access = access): Promise<string[]> {
  return (await grantAccess(server, given)).map(({ step, name, outcome }) => `${step} ${name}: ${outcome}`);
}

describe('access to the warehouse', () => {
  it('is two roles, mapped to those who write and read, and Dashboards for analysts', async () => {
    const { server, put } = await secured(dashboards);
    expect(await outcomes(server)).toEqual([
      'role offbeat_writer: created',
      'role offbeat_reader: created',
      'role mapping offbeat_writer: created',
      'role mapping offbeat_reader: created',
      'role mapping opensearch_dashboards_user: created',
    ]);
    const nobody = { hosts: [], users: [] };
    expect(put).toEqual([
      [`${api}/roles/offbeat_writer`, roles.offbeat_writer],
      [`${api}/roles/offbeat_reader`, roles.offbeat_reader],
      [`${api}/rolesmapping/offbeat_writer`, { backend_roles: [role('aggregate'), role('persist')], ...nobody }],
      [`${api}/rolesmapping/offbeat_reader`, { backend_roles: [role('analysts'), role('api')], ...nobody }],
      [`${api}/rolesmapping/opensearch_dashboards_user`, { backend_roles: [role('analysts')], ...nobody }],
    ]);
  });

  it('is left alone when it is as it should be', async () => {
    const { server, put } = await secured(dashboards);
    await grantAccess(server, access);
    put.length = 0;
    const reordered = { ...access, writers: [...access.writers!].reverse() };
    expect((await outcomes(server, reordered)).every((outcome) => outcome.endsWith(': unchanged'))).toBe(true);
    expect(put).toEqual([]);
  });

  it('is put right where somebody widened a role', async () => {
    const { server, known } = await secured(dashboards);
    await grantAccess(server, access);
    known.set('/roles/offbeat_reader', { ...roles.offbeat_reader, cluster_permissions: ['*'] });
    expect(await outcomes(server)).toContain('role offbeat_reader: updated');
    expect(known.get('/roles/offbeat_reader')).toEqual(roles.offbeat_reader);
  });

  it('is taken from a role that is no longer named, and never from users that somebody added', async () => {
    const { server, known } = await secured({
      '/rolesmapping/offbeat_writer': {
        backend_roles: [role('old')],
        hosts: ['h'],
        users: ['admin'],
        and_backend_roles: ['x'],
      },
    });
    expect(await outcomes(server, { writers: [role('persist')] })).toContain('role mapping offbeat_writer: updated');
    expect(known.get('/rolesmapping/offbeat_writer')).toEqual({
      backend_roles: [role('persist')],
      hosts: ['h'],
      users: ['admin'],
      and_backend_roles: ['x'],
    });
  });

  it('leaves the mapping of those alone who are not named at all', async () => {
    const { server, seen } = await secured();
    expect(await outcomes(server, { readers: [] })).toEqual([
      'role offbeat_writer: created',
      'role offbeat_reader: created',
      'role mapping offbeat_reader: unchanged',
    ]);
    expect(seen.map(({ path }) => path)).not.toContain(`${api}/rolesmapping/offbeat_writer`);
  });

  it('lets analysts into Dashboards beside everybody who is there, by the role that the server has', async () => {
    const mapping = { backend_roles: ['kibanauser', role('analysts')], hosts: [], users: ['kim'], description: 'Maps' };
    const { server, known } = await secured({ '/roles/kibana_user': {}, '/rolesmapping/kibana_user': mapping });
    expect(await outcomes(server)).toContain('role mapping kibana_user: unchanged');
    expect(await outcomes(server, { analysts: [role('more')] })).toContain('role mapping kibana_user: updated');
    expect(known.get('/rolesmapping/kibana_user')).toEqual({
      ...mapping,
      backend_roles: [role('analysts'), role('more'), 'kibanauser'],
    });
  });

  it('is not available on a server without the plugin, as a plain node says it', async () => {
    const { server } = await open(({ method, path }) => ({
      status: 400,
      body: { error: `no handler found for uri [${path}] and method [${method}]` },
    }));
    expect(new Set((await grantAccess(server, access)).map(({ outcome }) => outcome))).toEqual(
      new Set(['not available']),
    );
  });

  it('that this function may not grant is told in the words of the server', async () => {
    const message = 'No permission to access REST API: User someone with Security roles [] does not have any role';
    const { server } = await open(() => ({ status: 403, body: { status: 'FORBIDDEN', message } }));
    await expect(grantAccess(server, access)).rejects.toThrow(
      `${api}/roles/offbeat_writer: 403 error: ${message}; map the role of set-up-warehouse to security_manager`,
    );
  });

  it('may be granted later where the server does not answer', async () => {
    const { server } = await open(() => 'hang up');
    await expect(grantAccess(server, access)).rejects.toThrow(UnavailableError);
  });
});

// Names from the code of OpenSearch 3.5: BulkAction, TransportShardBulkAction, AutoCreateAction, AutoPutMappingAction, …
describe('the roles', () => {
  it('cover every family and its alias, and nothing of anybody else', () => {
    for (const {
      index_permissions: [first, ...more],
    } of Object.values(roles)) {
      expect(more).toEqual([]);
      expect(first!.index_patterns).toEqual(['offbeat-*']);
    }
    expect(families.every((family) => family.startsWith('offbeat-'))).toBe(true);
  });

  it('let a reader change nothing, and nobody delete, or do whatever begins like it', () => {
    const actions = ({ cluster_permissions, index_permissions }: (typeof roles)['offbeat_reader']) => [
      ...cluster_permissions,
      ...index_permissions.flatMap(({ allowed_actions }) => allowed_actions),
    ];
    expect(actions(roles.offbeat_reader).filter((action) => !action.startsWith('indices:data/read/'))).toEqual([]);
    const all = Object.values(roles).flatMap(actions);
    expect(all.filter((action) => /delete|write\*|admin\/\*|^\*/.test(action))).toEqual([]);
  });
});

describe('set-up-warehouse as a custom resource', () => {
  /** A plain node with the security plugin: everything else is not available, or made. */
  function node() {
    const asked: string[] = [];
    const server: SearchServer = {
      async request(method, path) {
        asked.push(`${method} ${path}`);
        if (method === 'PUT') return { status: 200, body: {} };
        if (path.includes('_ism') || method === 'POST') return { status: 400, body: { error: 'no handler found' } };
        return { status: 404, body: { error: { type: 'not_found' } } };
      },
    };
    const handler = createSetUp({ searchServer: server, clock: new ManualClock(), telemetry: silentTelemetry });
    return { asked, invoke: (event: unknown) => handler(event, lambdaContext()) };
  }

  const file = join(import.meta.dirname, '../../../events/set-up-warehouse.create.json');
  const create = JSON.parse(readFileSync(file, 'utf8'));

  it('sets all up, grants access, and answers with counts alone', async () => {
    const { asked, invoke } = node();
    expect(await invoke(create)).toEqual({
      PhysicalResourceId: 'offbeat-warehouse',
      // Templates, roles and mappings; lifecycles, saved dashboards and the Dashboards role.
      Data: { created: families.length + 4, updated: 0, unchanged: 0, notAvailable: families.length - 1 + 2 },
    });
    expect(asked).toContain(`PUT ${api}/rolesmapping/offbeat_writer`);
  });

  it('asks nothing of the security plugin when no role is named, or by any other event', async () => {
    const { asked, invoke } = node();
    const ResourceProperties = { ServiceToken: 'arn' };
    expect(await invoke({ RequestType: 'Update', ResourceProperties })).toMatchObject({ Data: { updated: 0 } });
    expect(await invoke({})).toMatchObject({ steps: expect.anything() });
    expect(asked.filter((request) => request.includes('_security'))).toEqual([]);
  });

  it('does nothing when it is deleted: the domain may be gone', async () => {
    const { asked, invoke } = node();
    const PhysicalResourceId = 'offbeat-warehouse';
    expect(await invoke({ RequestType: 'Delete', PhysicalResourceId })).toEqual({ PhysicalResourceId });
    expect(asked).toEqual([]);
  });

  it.each(['persist', 'arn:aws:iam::000000000000:user/kim', ''])('takes "%s" for no role', async (writer) => {
    const { asked, invoke } = node();
    const event = { RequestType: 'Create', ResourceProperties: { writers: [writer] } };
    await expect(invoke(event)).rejects.toThrow('ResourceProperties.writers.0: expected the ARN of an IAM role');
    expect(asked).toEqual([]);
  });
});
