import type { Client } from '@opensearch-project/opensearch';
import { UsageError } from '../../domain/errors.ts';
import { openSearchUrl } from '../../environment/server-variables.ts';
import { address, type Environment, oneOf, required } from '../../environment/variables.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Warehouse } from '../../ports/warehouse.ts';
import { type OpenSearchOptions, openSearchClient } from './client.ts';
import { OpenSearchWarehouse } from './warehouse.ts';

/**
 * A client for `OFFBEAT_OPENSEARCH_URL`, which `OFFBEAT_OPENSEARCH_AUTH` lets in by a password (`basic`) or by the
 * signature of a role (`sigv4`).
 * @param secrets is asked for the password, by the reference in `OFFBEAT_OPENSEARCH_PASSWORD`
 * @throws {UsageError} naming the variable that is wrong
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
    username: required(env, 'OFFBEAT_OPENSEARCH_USERNAME', 'who logs in'),
    password: await secrets.get(required(env, 'OFFBEAT_OPENSEARCH_PASSWORD', reference)),
  };
}

/** @throws {UsageError} naming the variable that is wrong */
export async function connectWarehouse(env: Environment, secrets: Secrets): Promise<Warehouse> {
  return new OpenSearchWarehouse(await searchClientOf(env, secrets));
}
