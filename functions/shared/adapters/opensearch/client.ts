import { Client, type ClientOptions } from '@opensearch-project/opensearch';

/** Options of the client for one server. */
export interface OpenSearchOptions {
  /** The address of the domain or of a node: `https://search-….eu-central-1.es.amazonaws.com`, `http://127.0.0.1:9200`. */
  readonly url: string;
  /** @default none */
  readonly auth?: BasicAuth | SigV4Auth;
  /** The most milliseconds that one request may take. @default 15000 */
  readonly requestTimeoutMs?: number;
  /** The number of times that a search without an answer is repeated at once. Writes are repeated by their deadline. @default 2 */
  readonly retries?: number;
}

export interface BasicAuth {
  readonly kind: 'basic';
  readonly username: string;
  readonly password: string;
}

/** A signature with the credentials that the AWS SDK finds: in a function those of its role. */
export interface SigV4Auth {
  readonly kind: 'sigv4';
  readonly region: string;
}

/**
 * Returns a client for one server. It connects with the first request.
 *
 * The signer loads a large part of the AWS SDK, so it is imported only if it is used.
 * @throws {TypeError} if the URL is not valid
 */
export async function openSearchClient({
  url,
  auth,
  requestTimeoutMs = 15_000,
  retries = 2,
}: OpenSearchOptions): Promise<Client> {
  const options: ClientOptions = { node: new URL(url).href, requestTimeout: requestTimeoutMs, maxRetries: retries };
  if (auth === undefined) return new Client(options);
  if (auth.kind === 'basic') {
    return new Client({ ...options, auth: { username: auth.username, password: auth.password } });
  }
  const { AwsSigv4Signer } = await import('@opensearch-project/opensearch/aws-v3');
  return new Client({ ...options, ...AwsSigv4Signer({ region: auth.region, service: 'es' }) });
}
