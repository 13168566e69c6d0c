import { dirname, join } from 'node:path';
import { pythonPackage } from '../real/servers/artifacts.ts';
import { ministackVersion } from '../real/servers/aws.ts';
import { answerOf, freePort } from '../real/servers/loopback.ts';
import { startServer } from '../real/servers/server.ts';

/** AWS on loopback, empty at first: an account of its own, gone when it is closed. */
export interface Emulator {
  readonly endpoint: string;
  /** All that a client of it needs to know, as a whole environment: nothing of the test run's own gets in. */
  readonly environment: Readonly<Record<string, string>>;
  /** The end of what it wrote: why a function could not be loaded is said nowhere else. */
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
/** First the Node that runs the tests: it is what a deployed function runs on. */
const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

/**
 * Starts MiniStack, with whatever it and its functions write in a folder of its own.
 * @param checksRights whether a function may do only what its role and the resource's policy let it; the key of
 * `environment` may do all
 * @param more variables that every function finds in its environment, under its own
 */
export async function startEmulator({ checksRights = true, more = {} }: EmulatorOptions = {}): Promise<Emulator> {
  const commands = await pythonPackage('ministack', ministackVersion);
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
      // The host in the addresses it gives out, so that nothing has to be resolved.
      MINISTACK_HOST: '127.0.0.1',
      // CDK's own functions expect the AWS SDK that Lambda has beside every function.
      NODE_PATH: join(root, 'node_modules'),
      AUTH: String(checksRights),
    };
    // A function gets the emulator's whole environment under its own: it must not find there what only a test has.
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
