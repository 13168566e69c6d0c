import { startOpenSearch } from './servers/opensearch.ts';

/** Starts the server that the environment does not name. @returns what stops it */
export default async function startServers(): Promise<() => Promise<void>> {
  if (process.env.OFFBEAT_OPENSEARCH_URL !== undefined) return async () => {};
  const { url, close } = await startOpenSearch();
  process.env.OFFBEAT_OPENSEARCH_URL = url;
  return close;
}
