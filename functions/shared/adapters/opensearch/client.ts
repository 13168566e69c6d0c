import { Client, type ClientOptions } from '@opensearch-project/opensearch';

export interface OpenSearchOptions {
  /** Of the domain or a node: `https://search-….eu-central-1.es.amazonaws.com`, `http://127.0.0.1:9200`. */
  readonly url: string;
  /** @default none: neither a password nor a signature is sent */
  readonly auth?: BasicAuth | SigV4Auth;
  /** How long one request may take. @default 15,000 */
  readonly requestTimeoutMs?: number;
  /** How often a question that got no answer is asked again at once; writes have their own rule. @default 2 */
  readonly retries?: number;
}

export interface BasicAuth {
  readonly kind: 'basic';
  readonly username: string;
  readonly password: string;
}

/** Signed with the credentials of the function's role, or whatever else the AWS SDK finds. */
export interface SigV4Auth {
  readonly kind: 'sigv4';
  readonly region: string;
}

/**
 * A client for one server. Nothing is connected before the first request.
 *
 * The signer, which brings half of the AWS SDK, is loaded only where it is asked for.
 * @throws {TypeError} if the URL is none
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
