import type { SearchServer, ServerAnswer } from '../shared/adapters/opensearch/server.ts';
import { DeniedError } from '../shared/domain/errors.ts';
import { bodyOf, isNotAvailable, type Step } from './step.ts';

/** The ARNs of IAM roles, by what they do with the warehouse. A list that is absent leaves its existing role mapping as it is. */
export interface Access {
  /** The roles of persist and aggregate. */
  readonly writers?: readonly string[] | undefined;
  /** The roles of api and self-check. */
  readonly readers?: readonly string[] | undefined;
  /** The roles of people, who read and use OpenSearch Dashboards. */
  readonly analysts?: readonly string[] | undefined;
}

/** A role of the security plugin. */
interface Permissions {
  readonly description: string;
  readonly cluster_permissions: readonly string[];
  readonly index_permissions: readonly {
    readonly index_patterns: readonly string[];
    readonly allowed_actions: readonly string[];
  }[];
}

/** The pattern of Offbeat's indices and of their aliases. */
const own = ['offbeat-*'];

/**
 * The permissions of a writer and of a reader. They name single actions of OpenSearch and no group of actions, so that a
 * new release of OpenSearch does not extend them.
 * @see https://docs.opensearch.org/latest/security/access-control/permissions/
 */
export const roles: Readonly<Record<'offbeat_writer' | 'offbeat_reader', Permissions>> = {
  offbeat_writer: {
    description: 'Offbeat: writes documents, and reads minutes to roll them up into hours',
    // Requests for many documents are checked as a whole first. The last action checks whether the set-up has run.
    cluster_permissions: [
      'indices:data/write/bulk',
      'indices:data/read/mget',
      'indices:data/read/scroll',
      'indices:data/read/scroll/clear',
      'indices:admin/index_template/get',
    ],
    index_permissions: [
      {
        index_patterns: own,
        allowed_actions: [
          'indices:data/write/bulk*',
          'indices:data/write/index',
          'indices:data/read/search',
          // A document whose id exists is compared with the stored one.
          'indices:data/read/mget*',
          // The first document of a period creates its index. Metrics that the catalogue does not contain add fields to it.
          'indices:admin/create',
          'indices:admin/auto_create',
          'indices:admin/mapping/put',
          'indices:admin/mapping/auto_put',
        ],
      },
      {
        // Nothing else is deleted but by the policies of the server: the inventory is made again by the next documents.
        index_patterns: ['offbeat-inventory-*'],
        allowed_actions: ['indices:data/write/delete', 'indices:data/write/delete/byquery'],
      },
    ],
  },
  offbeat_reader: {
    description: 'Offbeat: reads documents',
    cluster_permissions: [],
    index_permissions: [
      {
        index_patterns: own,
        // A count is a search too. Dashboards lists the fields before it draws a chart.
        allowed_actions: ['indices:data/read/search', 'indices:data/read/get', 'indices:data/read/field_caps*'],
      },
    ],
  },
};

/** The roles that give access to OpenSearch Dashboards: on Amazon OpenSearch Service, and elsewhere. */
const dashboardsRoles = ['opensearch_dashboards_user', 'kibana_user'];

const securityApi = '/_plugins/_security/api';

/**
 * Grants Offbeat's functions and analysts their permissions, in the server's security plugin. A second run changes
 * nothing. The mappings of Offbeat's two roles get the IAM roles of `access`, and keep users and hosts that were added by
 * hand. The mapping of Dashboards keeps all its existing roles.
 * @throws {UnavailableError} if the server does not answer
 * @throws {DeniedError} if the server denies a step, with its reason and the remedy
 * @throws {Error} if the server refuses a step otherwise, with its reason
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

/** Returns permissions as a text that can be compared. The plugin returns more members than were sent, in any order. */
function permits({ cluster_permissions, index_permissions }: Permissions): string {
  const indices = index_permissions.map(({ index_patterns, allowed_actions }) => [
    [...index_patterns].sort(),
    [...allowed_actions].sort(),
  ]);
  return JSON.stringify([[...cluster_permissions].sort(), indices]);
}

/** A role mapping of the security plugin. */
interface Mapping {
  readonly backend_roles?: readonly string[];
  readonly and_backend_roles?: readonly string[];
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
  readonly description?: string;
}

/** @param wantedOf returns the IAM roles that are mapped in place of the known ones */
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
  // A mapping is replaced as a whole, so its other members are sent back as they were.
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

/** Returns the entry with the given name from an answer of the plugin; `undefined` if there is none. */
function entryOf<T>(found: ServerAnswer, path: string, name: string): T | undefined {
  return found.status === 404 ? undefined : answerOf<Readonly<Record<string, T>>>(found, path)[name];
}

/** @throws {Error} if the answer refuses the request; a {@link DeniedError} with the remedy for a 403 */
function answerOf<T>(answer: ServerAnswer, path: string): T {
  try {
    return bodyOf<T>(answer, path);
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error;
    const remedy = 'map the role of set-up-warehouse to security_manager, or make it the master user of the domain';
    throw new DeniedError(`${error.message}; ${remedy}`);
  }
}
