import { join } from 'node:path';
import { javaOf, mavenJars, pythonPackage } from './artifacts.ts';
import { answerOf, freePort } from './loopback.ts';
import { type StartedServer, startServer } from './server.ts';
import { versions } from './versions.ts';

/**
 * Starts DynamoDB Local.
 * @param isKept whether it has its tables again after a stop or a kill. Then each write waits for the disk, one after
 *   another, which is several times as slow
 */
export async function startDynamoDb({ isKept = true } = {}): Promise<StartedServer> {
  const [jars, java] = await Promise.all([
    mavenJars('dynamodb', `software.amazon.dynamodb:DynamoDBLocal:${versions.dynamoDbLocal}`),
    javaOf(17),
  ]);
  const port = await freePort();
  const address = addressOf(port);
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  return startServer('dynamodb', address, async (folder) => {
    const place = isKept ? ['-dbPath', folder] : ['-inMemory'];
    const flags = [...place, '-sharedDb', '-port', String(port), '-disableTelemetry'];
    // It looks for SQLite beside its jars.
    const args = ['-Djava.library.path=.', '-cp', '*', main, ...flags];
    return { command: java, args, cwd: jars, isUp: () => answers(address) };
  });
}

const ministackVersion = '1.5.33';

/**
 * Installs MiniStack, with the package by which it signs and checks the tokens of user pools.
 * @returns the folder of its commands
 */
export const ministack = (): Promise<string> => pythonPackage('ministack', ministackVersion, 'cryptography==50.0.2');

/**
 * Starts MiniStack: S3, SNS, SQS, Secrets Manager.
 * @param isKept whether a stop and a start leave everything as it was. Then each put to S3 is twice as slow. After a
 *   kill only the objects of S3 exist again, and the rest is as it was at the last stop
 */
export async function startMiniStack({ isKept = false } = {}): Promise<StartedServer> {
  const commands = await ministack();
  const port = await freePort();
  const address = addressOf(port);
  return startServer('ministack', address, async (folder) => {
    const kept = {
      PERSIST_STATE: '1',
      STATE_DIR: join(folder, 'state'),
      S3_PERSIST: '1',
      S3_DATA_DIR: join(folder, 'objects'),
    };
    const env = { BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), ...(isKept ? kept : {}) };
    return { command: join(commands, 'python'), args: ['-m', 'ministack'], env, isUp: () => answers(address) };
  });
}

const addressOf = (port: number): string => `http://127.0.0.1:${port}`;

const answers = async (address: string): Promise<boolean> => (await answerOf(address, 1_000)) !== undefined;
