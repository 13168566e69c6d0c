import { type SetUpReport, setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { searchClientOf } from '../../functions/shared/adapters/opensearch/connect.ts';
import { searchServer } from '../../functions/shared/adapters/opensearch/server.ts';
import { OpenSearchWarehouse } from '../../functions/shared/adapters/opensearch/warehouse.ts';
import { openSearchUrl } from '../../functions/shared/environment/server-variables.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import type { Clock } from '../../functions/shared/ports/clock.ts';
import type { Secrets } from '../../functions/shared/ports/secrets.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import { nodeTrust, reachServer } from './unreachable.ts';

/** A connected OpenSearch. */
export interface SearchNode {
  readonly warehouse: Warehouse;
  /** Sets the warehouse up for this release. @throws {UnavailableError} if it does not answer, or refuses the credentials */
  setUp(): Promise<SetUpReport>;
  readonly address: string;
  close(): Promise<void>;
}

const credentials =
  'see OFFBEAT_OPENSEARCH_AUTH, OFFBEAT_OPENSEARCH_USERNAME and OFFBEAT_OPENSEARCH_PASSWORD in docs/on-premises.md';
const pingMs = 5_000;

/** Connects to the OpenSearch that `OFFBEAT_OPENSEARCH_URL` names. @throws {UsageError} if a variable is wrong */
export async function openOpenSearch(env: Environment, secrets: Secrets, clock: Clock): Promise<SearchNode> {
  const server = { variable: openSearchUrl, credentials, trust: nodeTrust };
  const client = await searchClientOf(env, secrets);
  return {
    warehouse: new OpenSearchWarehouse(client),
    setUp: () =>
      reachServer(server, async () => {
        await ping(env, secrets);
        return setUpWarehouse(searchServer(client), clock.nowMs());
      }),
    address: new URL(env[openSearchUrl]!).origin,
    close: () => client.close(),
  };
}

/** Sends one request with a short time-out and no retry, so that a server that does not answer is reported soon. */
async function ping(env: Environment, secrets: Secrets): Promise<void> {
  const client = await searchClientOf(env, secrets, { requestTimeoutMs: pingMs, retries: 0 });
  try {
    const { status } = await searchServer(client).request('GET', '/');
    if (status >= 300) throw new Error(`OpenSearch answers ${status}`);
  } finally {
    await client.close();
  }
}
