import { openSearchClient } from '../../functions/shared/adapters/opensearch/client.ts';
import { searchServer } from '../../functions/shared/adapters/opensearch/server.ts';
import { OpenSearchWarehouse } from '../../functions/shared/adapters/opensearch/warehouse.ts';
import { families } from '../../functions/shared/ports/warehouse.ts';

/** The node from which these tests may delete everything of Offbeat. */
const url = process.env.OFFBEAT_OPENSEARCH_URL;
if (url === undefined) throw new Error('OFFBEAT_OPENSEARCH_URL: expected the address of an OpenSearch node');

export const client = await openSearchClient({ url, retries: 0 });
export const server = searchServer(client);

const plugins = (await server.request('GET', '/_cat/plugins?h=component&format=json')).body as { component: string }[];

/**
 * Shows whether the node can have lifecycle policies: the images have the plugin, the node that the tests start does
 * not.
 */
export const knowsLifecycles = plugins.some(({ component }) => component === 'opensearch-index-management');

/** Makes writes visible at once, so that a test need not wait. */
export const refresh = (): Promise<unknown> => server.request('POST', '/offbeat-*/_refresh?allow_no_indices=true');

export const warehouse = (): OpenSearchWarehouse => new OpenSearchWarehouse(client);

/** Resets a node to its state before the first set-up. */
export async function wipe(): Promise<void> {
  const { body } = await server.request('GET', '/_cat/indices/offbeat-*?h=index&format=json');
  const names = (body as { index: string }[]).map(({ index }) => index);
  for (const index of names) await client.indices.delete({ index });
  for (const name of families) {
    await client.indices.deleteIndexTemplate({ name }, { ignore: [404] });
    if (!knowsLifecycles) continue;
    await client.transport.request({ method: 'DELETE', path: `/_plugins/_ism/policies/${name}` }, { ignore: [404] });
  }
}
