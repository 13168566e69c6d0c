import { dirname, join } from 'node:path';
import { ministack } from '../real/servers/aws.ts';
import { answerOf, freePort } from '../real/servers/loopback.ts';
import { startServer } from '../real/servers/server.ts';

/** A local AWS, empty at first: an account of its own, which is deleted when it is closed. */
export interface Emulator {
  readonly endpoint: string;
  /** The whole environment of a client of it, without the test run's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The end of its output: nothing else reports why a function could not be loaded. */
  endOfLog(): string;
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly checksRights?: boolean;
  readonly more?: Readonly<Record<string, string>>;
}

export const account = '000000000000';
export const region = 'us-east-1';

const root = join(import.meta.dirname, '../..');
/** The search path. The Node that runs the tests comes first, because deployed functions run on it. */
const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/**
 * Starts MiniStack, with everything that it and its functions write in a folder of its own.
 * @param checksRights whether a function may do only what its role and the resource's policy allow; the key of
 *   `environment` may do everything
 * @param more variables that every function has in its environment, below its own
 */
export async function startEmulator({ checksRights = true, more = {} }: EmulatorOptions = {}): Promise<Emulator> {
  const commands = await ministack();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const { server, close } = await startServer('ministack', endpoint, async (folder) => {
    const env = {
      ...more,
      PATH: path,
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      // The host in the addresses that it returns, so that no name has to be resolved.
      MINISTACK_HOST: '127.0.0.1',
      // CDK's own functions expect the AWS SDK that Lambda provides to every function.
      NODE_PATH: join(root, 'node_modules'),
      AUTH: String(checksRights),
    };
    // A function gets the emulator's whole environment below its own: it must not contain what only a test has.
    const args = ['-i', ...assignments(env), join(commands, 'python'), '-m', 'ministack'];
    return { command: 'env', args, isUp: async () => (await answerOf(endpoint, 1_000)) !== undefined };
  });
  const environment = {
    PATH: path,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { endpoint, environment, endOfLog: () => server.endOfLog(), close };
}

const assignments = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);
