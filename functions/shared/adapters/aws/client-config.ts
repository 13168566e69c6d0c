export interface AwsOptions {
  /** @default what the environment names: AWS_REGION, in a function */
  readonly region?: string;
  /** Of an emulator: `http://127.0.0.1:8000`. @default AWS itself, or what AWS_ENDPOINT_URL names */
  readonly endpoint?: string;
  /** How long one try may take until its answer begins, and how long the answer may pause. @default 5,000 */
  readonly requestTimeoutMs?: number;
  /** Tries in all, with jitter between them. @default 3 */
  readonly attemptsMax?: number;
}

const connectionTimeoutMs = 1_000;

/**
 * What every client of AWS is made with: nothing waits for ever.
 *
 *     new DynamoDBClient(clientConfig({ endpoint }))
 */
export function clientConfig({ region, endpoint, requestTimeoutMs = 5_000, attemptsMax = 3 }: AwsOptions = {}) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // `standard` waits a random time before a retry, and ends a series of them when most fail.
    retryMode: 'standard',
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Without this the client only warns, and goes on waiting.
      throwOnRequestTimeout: true,
      // The time-out above ends when an answer begins: this one is for a body that stops half-way.
      socketTimeout: requestTimeoutMs,
    },
  };
}
