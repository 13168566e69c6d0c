import type { SearchServer } from '../shared/adapters/opensearch/server.ts';
import { bodyOf, isNotAvailable, type Step } from './step.ts';

/**
 * Sets what concerns all users of a domain. Only for a domain that the deployment created: another one is its owner's
 * business. A second run changes nothing.
 * @throws {UnavailableError} if the server does not answer
 * @throws {Error} if the server refuses a step, with its reason
 */
export async function setUpOwnDomain(server: SearchServer): Promise<Step[]> {
  return [await endHistory(server), await auditAccess(server)];
}

/**
 * The setting by which Index State Management notes its work: in an index of each day, which it keeps for 30 days. That is
 * 30 shards, on a node that should have 50. Amazon OpenSearch Service allows only to switch these notes off, not to shorten their time. What became
 * of an index is still answered by `GET _plugins/_ism/explain/offbeat-*`.
 * @see https://docs.opensearch.org/latest/im-plugin/ism/settings/
 */
const historySetting = 'plugins.index_state_management.history.enabled';

async function endHistory(server: SearchServer): Promise<Step> {
  const path = '/_cluster/settings';
  const step = { step: 'cluster setting', name: historySetting } as const;
  const found = bodyOf<ClusterSettings>(await server.request('GET', `${path}?flat_settings=true`), path);
  if (found.persistent?.[historySetting] === 'false') return { ...step, outcome: 'unchanged' };
  const set = await server.request('PUT', path, { persistent: { [historySetting]: 'false' } });
  if (isUnknownSetting(set)) return { ...step, outcome: 'not available' };
  bodyOf(set, path);
  return { ...step, outcome: 'updated' };
}

interface ClusterSettings {
  readonly persistent?: Readonly<Record<string, string>>;
}

/** Matches the answer of a node that has no plugin with the setting. */
const unknownSetting = /setting \[[^\]]*\],? not recognized/;

const isUnknownSetting = ({ status, body }: { status: number; body: unknown }): boolean =>
  status === 400 && unknownSetting.test(JSON.stringify(body));

/**
 * The audit of the security plugin. It notes refused and failed log-ins, requests without permission, and changes of its own
 * configuration. Not what was granted: each bulk request and search would be a line that is paid for. No bodies: they
 * contain the documents.
 * @see https://docs.aws.amazon.com/opensearch-service/latest/developerguide/audit-logs.html
 */
export const audit = {
  enabled: true,
  audit: {
    enable_rest: true,
    disabled_rest_categories: ['AUTHENTICATED', 'GRANTED_PRIVILEGES'],
    enable_transport: true,
    disabled_transport_categories: ['AUTHENTICATED', 'GRANTED_PRIVILEGES'],
    resolve_bulk_requests: false,
    log_request_body: false,
    resolve_indices: true,
    exclude_sensitive_headers: true,
    ignore_users: ['kibanaserver'],
    ignore_requests: [],
  },
  compliance: { enabled: true, internal_config: true, external_config: false },
} as const;

async function auditAccess(server: SearchServer): Promise<Step> {
  const path = '/_plugins/_security/api/audit';
  const step = { step: 'audit', name: 'config' } as const;
  const found = await server.request('GET', path);
  if (isNotAvailable(found)) return { ...step, outcome: 'not available' };
  const { config } = bodyOf<{ readonly config?: object }>(found, path);
  if (config !== undefined && hasAll(config, audit)) return { ...step, outcome: 'unchanged' };
  bodyOf(await server.request('PUT', `${path}/config`, audit), path);
  return { ...step, outcome: 'updated' };
}

/** Returns whether a value has every member that is wanted. The plugin returns more members than were sent. */
function hasAll(known: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return known === wanted;
  if (Array.isArray(wanted)) return JSON.stringify([...wanted].sort()) === JSON.stringify(sorted(known));
  if (typeof known !== 'object' || known === null) return false;
  return Object.entries(wanted).every(([name, value]) => hasAll((known as Record<string, unknown>)[name], value));
}

const sorted = (values: unknown): unknown => (Array.isArray(values) ? [...values].sort() : values);
