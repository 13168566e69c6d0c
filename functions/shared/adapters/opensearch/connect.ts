import type { Client } from '@opensearch-project/opensearch';
import { UsageError } from '../../domain/errors.ts';
import { openSearchUrl } from '../../environment/server-variables.ts';
import { address, type Environment, isNone, oneOf, required } from '../../environment/variables.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Warehouse } from '../../ports/warehouse.ts';
import { type OpenSearchOptions, openSearchClient } from './client.ts';
import { OpenSearchWarehouse } from './warehouse.ts';

/**
 * Returns a client for the server at `OFFBEAT_OPENSEARCH_URL`. `OFFBEAT_OPENSEARCH_AUTH` defines how it authenticates: with
 * a password (`basic`), with the signature of a role (`sigv4`), or not at all (`none`).
 * @param secrets resolves the password's reference in `OFFBEAT_OPENSEARCH_PASSWORD`
 * @throws {UsageError} with the name of the variable that is wrong
 */
export async function searchClientOf(
  env: Environment,
  secrets: Secrets,
  options: Pick<OpenSearchOptions, 'requestTimeoutMs' | 'retries'> = {},
): Promise<Client> {
  const url = address(env, openSearchUrl);
  if (url === undefined) throw new UsageError(`${openSearchUrl} is not set: expected the address of a node or domain`);
  const auth = await authOf(env, secrets);
  return openSearchClient({ url, ...options, ...(auth === undefined ? {} : { auth }) });
}

async function authOf(env: Environment, secrets: Secrets): Promise<OpenSearchOptions['auth']> {
  const kind = oneOf(env, 'OFFBEAT_OPENSEARCH_AUTH', ['none', 'basic', 'sigv4']) ?? 'none';
  if (kind === 'none') return undefined;
  if (kind === 'sigv4') return { kind, region: required(env, 'AWS_REGION', 'the region of the domain') };
  const reference = 'a reference: env:NAME, file:PATH or secretsmanager:NAME';
  return {
    kind,
    username: required(env, 'OFFBEAT_OPENSEARCH_USERNAME', 'the name of the user'),
    password: await secrets.get(required(env, 'OFFBEAT_OPENSEARCH_PASSWORD', reference)),
  };
}

/**
 * Returns the warehouse at `OFFBEAT_OPENSEARCH_URL`.
 * @throws {UsageError} with the name of the variable that is wrong
 */
export async function connectWarehouse(env: Environment, secrets: Secrets): Promise<Warehouse> {
  return new OpenSearchWarehouse(await searchClientOf(env, secrets));
}

/**
 * Returns the warehouse at `OFFBEAT_OPENSEARCH_URL`, for a function that also works without one.
 * @returns `undefined` if the variable is `none`, as in a deployment with `warehouse: none`
 * @throws {UsageError} with the name of the variable that is wrong; also if it is not set
 */
export async function connectWarehouseIfAny(env: Environment, secrets: Secrets): Promise<Warehouse | undefined> {
  return isNone(env, openSearchUrl) ? undefined : connectWarehouse(env, secrets);
}
