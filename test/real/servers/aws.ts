import { join } from 'node:path';
import { javaOf, mavenJars, pythonPackage } from './artifacts.ts';
import { answerOf, folderFor, freePort, Server } from './server.ts';

/** What stands in for AWS: its endpoint, and the server behind it. */
export interface AwsServer {
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** Starts DynamoDB Local, in memory. */
export async function startDynamoDb(): Promise<AwsServer> {
  const [jars, java] = await Promise.all([
    mavenJars('dynamodb', 'software.amazon.dynamodb:DynamoDBLocal:3.3.1'),
    javaOf(17),
  ]);
  const port = await freePort();
  const main = 'software.amazon.dynamodb.services.local.main.ServerRunner';
  const flags = ['-inMemory', '-sharedDb', '-port', String(port), '-disableTelemetry'];
  return startAws('dynamodb', port, java, ['-Djava.library.path=.', '-cp', '*', main, ...flags], jars);
}

/** Starts MiniStack: S3, SNS, SQS, Secrets Manager. */
export async function startMiniStack(): Promise<AwsServer> {
  const commands = await pythonPackage('ministack', '1.5.33');
  const port = await freePort();
  const env = { BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port) };
  return startAws('ministack', port, join(commands, 'python'), ['-m', 'ministack'], undefined, env);
}

async function startAws(
  name: string,
  port: number,
  command: string,
  args: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<AwsServer> {
  const folder = folderFor(name);
  const endpoint = `http://127.0.0.1:${port}`;
  const spawned = {
    name,
    command,
    args,
    env,
    isUp: async () => (await answerOf(endpoint, 1_000)) !== undefined,
    ...(cwd === undefined ? {} : { cwd }),
  };
  const server = new Server(spawned, folder.path);
  await server.start();
  return {
    address: endpoint,
    server,
    async close() {
      await server.stop();
      folder.remove();
    },
  };
}
