import type { SearchServer, ServerAnswer } from '../shared/adapters/opensearch/server.ts';
import { bodyOf, isNotAvailable, type Step } from './step.ts';

/** IAM roles by what they do with the warehouse. Absent: those who do it already stay. */
export interface Access {
  /** persist and aggregate. */
  readonly writers?: readonly string[] | undefined;
  /** api and self-check. */
  readonly readers?: readonly string[] | undefined;
  /** People: they read, and use OpenSearch Dashboards. */
  readonly analysts?: readonly string[] | undefined;
}

interface Permissions {
  readonly description: string;
  readonly cluster_permissions: readonly string[];
  readonly index_permissions: readonly {
    readonly index_patterns: readonly string[];
    readonly allowed_actions: readonly string[];
  }[];
}

/** Of indices and of their aliases. */
const own = ['offbeat-*'];

/**
 * What a writer and a reader may do, by the names of OpenSearch's own actions and no group of them: a new release does
 * not widen it.
 * @see https://docs.opensearch.org/latest/security/access-control/permissions/
 */
export const roles: Readonly<Record<'offbeat_writer' | 'offbeat_reader', Permissions>> = {
  offbeat_writer: {
    description: 'Offbeat: writes documents, and reads minutes to make hours of them',
    // A bulk request is judged as a whole first; the other one looks whether the set-up has run.
    cluster_permissions: ['indices:data/write/bulk', 'indices:admin/index_template/get'],
    index_permissions: [
      {
        index_patterns: own,
        allowed_actions: [
          'indices:data/write/bulk*',
          'indices:data/write/index',
          'indices:data/read/search',
          // A day's index is made by its first document, and gets fields for metrics that the catalogue does not know.
          'indices:admin/create',
          'indices:admin/auto_create',
          'indices:admin/mapping/put',
          'indices:admin/mapping/auto_put',
        ],
      },
    ],
  },
  offbeat_reader: {
    description: 'Offbeat: reads documents',
    cluster_permissions: [],
    index_permissions: [
      {
        index_patterns: own,
        // A count is a search too. Dashboards asks which fields there are before it draws anything.
        allowed_actions: ['indices:data/read/search', 'indices:data/read/get', 'indices:data/read/field_caps*'],
      },
    ],
  },
};

/** What lets somebody into OpenSearch Dashboards: on Amazon OpenSearch Service, and elsewhere. */
const dashboardsRoles = ['opensearch_dashboards_user', 'kibana_user'];

const securityApi = '/_plugins/_security/api';

/**
 * Says in the server's security plugin what Offbeat's functions and its analysts may do. Running it again changes
 * nothing. The mappings of Offbeat's own two roles are those of `access`, but for users and hosts that somebody added;
 * that of Dashboards keeps everybody it has.
 * @throws {UnavailableError} if the server does not answer
 * @throws {Error} if it refuses a step, with its own words; 403 is for who may not administer security
 */
export async function grantAccess(server: SearchServer, { writers, readers, analysts }: Access): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [name, permissions] of Object.entries(roles)) steps.push(await putRole(server, name, permissions));
  if (writers !== undefined) steps.push(await mapRole(server, 'offbeat_writer', () => writers));
  if (readers !== undefined || analysts !== undefined) {
    const all = [...(readers ?? []), ...(analysts ?? [])];
    steps.push(await mapRole(server, 'offbeat_reader', () => all));
  }
  if (analysts !== undefined && analysts.length > 0) steps.push(await openDashboards(server, analysts));
  return steps;
}

async function putRole(server: SearchServer, name: string, wanted: Permissions): Promise<Step> {
  const path = `${securityApi}/roles/${name}`;
  const step = { step: 'role', name } as const;
  const found = await server.request('GET', path);
  if (isNotAvailable(found)) return { ...step, outcome: 'not available' };
  const known = entryOf<Permissions>(found, path, name);
  if (known !== undefined && permits(known) === permits(wanted)) return { ...step, outcome: 'unchanged' };
  answerOf(await server.request('PUT', path, wanted), path);
  return { ...step, outcome: known === undefined ? 'created' : 'updated' };
}

/** The plugin gives back more members than were put, and promises no order. */
function permits({ cluster_permissions, index_permissions }: Permissions): string {
  const indices = index_permissions.map(({ index_patterns, allowed_actions }) => [
    [...index_patterns].sort(),
    [...allowed_actions].sort(),
  ]);
  return JSON.stringify([[...cluster_permissions].sort(), indices]);
}

interface Mapping {
  readonly backend_roles?: readonly string[];
  readonly and_backend_roles?: readonly string[];
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
  readonly description?: string;
}

async function mapRole(
  server: SearchServer,
  name: string,
  wantedOf: (known: readonly string[]) => readonly string[],
): Promise<Step> {
  const path = `${securityApi}/rolesmapping/${name}`;
  const step = { step: 'role mapping', name } as const;
  const found = await server.request('GET', path);
  if (isNotAvailable(found)) return { ...step, outcome: 'not available' };
  const known = entryOf<Mapping>(found, path, name);
  const wanted = inOrder(wantedOf(known?.backend_roles ?? []));
  if (String(wanted) === String(inOrder(known?.backend_roles ?? []))) return { ...step, outcome: 'unchanged' };
  // A mapping is put as a whole; what it is not about goes back as it came.
  const { hosts = [], users = [], and_backend_roles: both = [], description } = known ?? {};
  const kept = {
    hosts,
    users,
    ...(both.length > 0 && { and_backend_roles: both }),
    ...(description && { description }),
  };
  answerOf(await server.request('PUT', path, { backend_roles: wanted, ...kept }), path);
  return { ...step, outcome: known === undefined ? 'created' : 'updated' };
}

const inOrder = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

async function openDashboards(server: SearchServer, analysts: readonly string[]): Promise<Step> {
  for (const name of dashboardsRoles) {
    const path = `${securityApi}/roles/${name}`;
    const found = await server.request('GET', path);
    if (isNotAvailable(found)) break;
    if (entryOf(found, path, name) !== undefined) return mapRole(server, name, (known) => [...known, ...analysts]);
  }
  return { step: 'role mapping', name: dashboardsRoles[0]!, outcome: 'not available' };
}

/** The plugin answers with the one that was asked for, under its name. */
function entryOf<T>(found: ServerAnswer, path: string, name: string): T | undefined {
  return found.status === 404 ? undefined : answerOf<Readonly<Record<string, T>>>(found, path)[name];
}

/** @throws {Error} with the remedy for who may not administer security */
function answerOf<T>(answer: ServerAnswer, path: string): T {
  try {
    return bodyOf<T>(answer, path);
  } catch (error) {
    if (answer.status !== 403 || !(error instanceof Error)) throw error;
    const remedy = 'map the role of set-up-warehouse to security_manager, or make it the master user of the domain';
    throw new Error(`${error.message}; ${remedy}`);
  }
}
