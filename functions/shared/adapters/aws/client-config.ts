/** The options of a client of a service of AWS. */
export interface AwsOptions {
  /** @default the region that the environment names: AWS_REGION, in a function */
  readonly region?: string;
  /**
   * The endpoint of an emulator: `http://127.0.0.1:8000`.
   * @default AWS, or AWS_ENDPOINT_URL
   */
  readonly endpoint?: string;
  /**
   * The time limit, in ms, until the answer to one try begins, and for each pause of the answer.
   * @default 5,000
   */
  readonly requestTimeoutMs?: number;
  /**
   * The number of tries, with a random wait between them.
   * @default 3
   */
  readonly attemptsMax?: number;
}

const connectionTimeoutMs = 1_000;

/**
 * Returns the options with which each client of AWS is constructed, so that no call waits without end.
 * @example
 * new DynamoDBClient(clientConfig({ endpoint: 'http://127.0.0.1:8000' }));
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
      // Without this the client only warns, and continues to wait.
      throwOnRequestTimeout: true,
      // The time-out above ends when an answer begins. This one is for a body that stops halfway.
      socketTimeout: requestTimeoutMs,
    },
  };
}
