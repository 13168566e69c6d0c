import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Access, grantAccess, roles } from '../../../functions/set-up-warehouse/access.ts';
import { createSetUp } from '../../../functions/set-up-warehouse/handler.ts';
import { openSearchClient } from '../../../functions/shared/adapters/opensearch/client.ts';
import { type SearchServer, searchServer } from '../../../functions/shared/adapters/opensearch/server.ts';
import { DeniedError, UnavailableError } from '../../../functions/shared/domain/errors.ts';
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
 * A server with the security plugin, over real HTTP. The node of the real tests does not have the plugin, so the answers
 * follow its documentation and its code.
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
    const exists = known.has(path.slice(api.length));
    known.set(path.slice(api.length), JSON.parse(body));
    const [status, word] = exists ? [200, 'OK'] : [201, 'CREATED'];
    return { status, body: { status: word, message: `'${name}' ${exists ? 'updated' : 'created'}.` } };
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
/** The role of Dashboards on Amazon OpenSearch Service. */
const dashboards = { '/roles/opensearch_dashboards_user': { static: true, reserved: true } };

async function outcomes(server: SearchServer, given: Access = access): Promise<string[]> {
  return (await grantAccess(server, given)).map(({ step, name, outcome }) => `${step} ${name}: ${outcome}`);
}

describe('access to the warehouse', () => {
  it('the access consists of two roles, mapped to writers and readers, and of Dashboards for analysts', async () => {
    const { server, put } = await secured(dashboards);
    expect(await outcomes(server)).toEqual([
      'role offbeat_writer: created',
      'role offbeat_reader: created',
      'role mapping offbeat_writer: created',
      'role mapping offbeat_reader: created',
      'role mapping opensearch_dashboards_user: created',
    ]);
    const noUsers = { hosts: [], users: [] };
    expect(put).toEqual([
      [`${api}/roles/offbeat_writer`, roles.offbeat_writer],
      [`${api}/roles/offbeat_reader`, roles.offbeat_reader],
      [`${api}/rolesmapping/offbeat_writer`, { backend_roles: [role('aggregate'), role('persist')], ...noUsers }],
      [`${api}/rolesmapping/offbeat_reader`, { backend_roles: [role('analysts'), role('api')], ...noUsers }],
      [`${api}/rolesmapping/opensearch_dashboards_user`, { backend_roles: [role('analysts')], ...noUsers }],
    ]);
  });

  it('the second run changes nothing', async () => {
    const { server, put } = await secured(dashboards);
    await grantAccess(server, access);
    put.length = 0;
    const reordered = { ...access, writers: [...access.writers!].reverse() };
    expect((await outcomes(server, reordered)).every((outcome) => outcome.endsWith(': unchanged'))).toBe(true);
    expect(put).toEqual([]);
  });

  it('a role with more permissions than it should have is restored', async () => {
    const { server, known } = await secured(dashboards);
    await grantAccess(server, access);
    known.set('/roles/offbeat_reader', { ...roles.offbeat_reader, cluster_permissions: ['*'] });
    expect(await outcomes(server)).toContain('role offbeat_reader: updated');
    expect(known.get('/roles/offbeat_reader')).toEqual(roles.offbeat_reader);
  });

  it('an IAM role that is no longer named loses its access, and users that were added by hand keep theirs', async () => {
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

  it('a list that is absent leaves its role mapping as it is', async () => {
    const { server, seen } = await secured();
    expect(await outcomes(server, { readers: [] })).toEqual([
      'role offbeat_writer: created',
      'role offbeat_reader: created',
      'role mapping offbeat_reader: unchanged',
    ]);
    expect(seen.map(({ path }) => path)).not.toContain(`${api}/rolesmapping/offbeat_writer`);
  });

  it('analysts are added to the existing users of Dashboards, by the role that the server has', async () => {
    const mapping = { backend_roles: ['kibanauser', role('analysts')], hosts: [], users: ['kim'], description: 'Maps' };
    const { server, known } = await secured({ '/roles/kibana_user': {}, '/rolesmapping/kibana_user': mapping });
    expect(await outcomes(server)).toContain('role mapping kibana_user: unchanged');
    expect(await outcomes(server, { analysts: [role('more')] })).toContain('role mapping kibana_user: updated');
    expect(known.get('/rolesmapping/kibana_user')).toEqual({
      ...mapping,
      backend_roles: [role('analysts'), role('more'), 'kibanauser'],
    });
  });

  it('the steps are not available on a server without the security plugin', async () => {
    const { server } = await open(({ method, path }) => ({
      status: 400,
      body: { error: `no handler found for uri [${path}] and method [${method}]` },
    }));
    expect(new Set((await grantAccess(server, access)).map(({ outcome }) => outcome))).toEqual(
      new Set(['not available']),
    );
  });

  it('a refused step is reported with the reason of the server and the remedy', async () => {
    const message = 'No permission to access REST API: User someone with Security roles [] does not have any role';
    const { server } = await open(() => ({ status: 403, body: { status: 'FORBIDDEN', message } }));
    // A domain's answer also while the policy of the function is not effective, so that the handler tries again.
    await expect(grantAccess(server, access)).rejects.toThrow(DeniedError);
    await expect(grantAccess(server, access)).rejects.toThrow(
      `${api}/roles/offbeat_writer: 403 error: ${message}; map the role of set-up-warehouse to security_manager`,
    );
  });

  it('a server that does not answer is an error that can be retried', async () => {
    const { server } = await open(() => 'hang up');
    await expect(grantAccess(server, access)).rejects.toThrow(UnavailableError);
  });
});

// Names from the code of OpenSearch 3.5: BulkAction, TransportShardBulkAction, AutoCreateAction, AutoPutMappingAction, …
describe('the roles', () => {
  it('the roles cover every family and its alias, and no other index', () => {
    const patterns = Object.values(roles).map(({ index_permissions }) =>
      index_permissions.map(({ index_patterns }) => index_patterns),
    );
    expect(patterns).toEqual([[['offbeat-*'], ['offbeat-inventory-*']], [['offbeat-*']]]);
    expect(families.every((family) => family.startsWith('offbeat-'))).toBe(true);
  });

  it('the roles let a reader change nothing and let no one delete, except from the inventory, and contain no wide pattern', () => {
    const actions = ({ cluster_permissions, index_permissions }: (typeof roles)['offbeat_reader']) => [
      ...cluster_permissions,
      ...index_permissions
        .filter(({ index_patterns: [pattern] }) => pattern !== 'offbeat-inventory-*')
        .flatMap(({ allowed_actions }) => allowed_actions),
    ];
    expect(actions(roles.offbeat_reader).filter((action) => !action.startsWith('indices:data/read/'))).toEqual([]);
    const all = Object.values(roles).flatMap(actions);
    expect(all.filter((action) => /delete|write\*|admin\/\*|^\*/.test(action))).toEqual([]);
  });
});

describe('set-up-warehouse as a custom resource', () => {
  /** A node with the security plugin and no other: each step is created or not available. */
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

  it('a create event sets up everything, grants access, and is answered with counts only', async () => {
    const { asked, invoke } = node();
    expect(await invoke(create)).toEqual({
      PhysicalResourceId: 'offbeat-warehouse',
      // Templates, roles and mappings; lifecycles, saved dashboards and the Dashboards role.
      Data: { created: families.length + 4, updated: 0, unchanged: 0, notAvailable: families.length - 1 + 2 },
    });
    expect(asked).toContain(`PUT ${api}/rolesmapping/offbeat_writer`);
  });

  it('the security plugin gets no request if no role is named, or for another event', async () => {
    const { asked, invoke } = node();
    const ResourceProperties = { ServiceToken: 'arn' };
    expect(await invoke({ RequestType: 'Update', ResourceProperties })).toMatchObject({ Data: { updated: 0 } });
    expect(await invoke({})).toMatchObject({ steps: expect.anything() });
    expect(asked.filter((request) => request.includes('_security'))).toEqual([]);
  });

  it('a delete event does nothing, because the domain may not exist any more', async () => {
    const { asked, invoke } = node();
    const PhysicalResourceId = 'offbeat-warehouse';
    expect(await invoke({ RequestType: 'Delete', PhysicalResourceId })).toEqual({ PhysicalResourceId });
    expect(asked).toEqual([]);
  });

  it.each(['persist', 'arn:aws:iam::000000000000:user/kim', ''])('"%s" is refused as a role', async (writer) => {
    const { asked, invoke } = node();
    const event = { RequestType: 'Create', ResourceProperties: { writers: [writer] } };
    await expect(invoke(event)).rejects.toThrow('ResourceProperties.writers.0: expected the ARN of an IAM role');
    expect(asked).toEqual([]);
  });
});
