import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/*
 * Most of a bundle would be code of packages that no function uses, and that a cold start reads and runs. Each plugin here
 * leaves out such code of one package. A plugin depends on the files inside its package: test/real/lambda runs every
 * function against real servers and checks the size of bundles, and so fails when a new version has other files.
 */

/** The requests of Kafka that functions append with. Those of consumers, groups, transactions and administration are left out. */
const toAppend = 'produce|list-offsets|metadata|api-versions|sasl-\\w+';
const toMakeTopics = `${toAppend}|create-topics|describe-configs`;
const kafkaFiles = /[/\\]@platformatic[/\\]kafka[/\\]dist[/\\]/;

/** Strips the Kafka client of modules that are imported for side effects (schema registries), and of requests that are not sent. */
export const stripKafka = stripKafkaBut(toAppend);
/** Strips the same, for a function that also creates topics. The client finds requests by name, so esbuild cannot leave them out. */
export const stripKafkaAdmin = stripKafkaBut(toMakeTopics);

function stripKafkaBut(requests: string): Plugin {
  const name = 'strip-kafka';
  const kept = new RegExp(`"\\./(?:(?:${requests})-v\\d+|utils)\\.js"`);
  return {
    name,
    setup(build) {
      build.onResolve({ filter: /^\.|^@platformatic\/kafka$/ }, async ({ path, pluginData, ...from }) => {
        const isKafka = path === '@platformatic/kafka' || kafkaFiles.test(from.importer);
        if (!isKafka || pluginData === name) return undefined;
        const resolved = await build.resolve(path, { ...from, pluginData: name });
        return { ...resolved, sideEffects: false };
      });
      build.onLoad({ filter: /[/\\]kafka[/\\]dist[/\\]apis[/\\]\w+[/\\]index\.js$/ }, async ({ path }) => {
        const lines = (await readFile(path, 'utf8')).split('\n');
        return { contents: lines.filter((line) => kept.test(line)).join('\n') };
      });
    },
  };
}

const openSearchIndex = /[/\\]opensearch[/\\]api[/\\]OpenSearchApi\.js$/;

/** Strips the OpenSearch client of all of its forty families of requests but those about indices and documents. */
export const stripOpenSearch: Plugin = {
  name: 'strip-opensearch',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\/_api$/ }, ({ path, importer }) => {
      if (!openSearchIndex.test(importer) || path === './indices/_api') return undefined;
      return { path, namespace: stripOpenSearch.name };
    });
    build.onLoad({ filter: /.*/, namespace: stripOpenSearch.name }, () => ({ contents: 'module.exports = class {};' }));
  },
};

const credentials = join(import.meta.dirname, 'environment-credentials.ts');

/** Strips the AWS SDK of all sources of credentials but the environment. */
export const stripCredentials: Plugin = {
  name: 'strip-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider(-node|s)$/ }, () => ({ path: credentials }));
    // The signer of MSK calls it for debugging only.
    build.onResolve({ filter: /^@aws-sdk\/client-sts$/ }, ({ path }) => ({ path, namespace: stripCredentials.name }));
    build.onLoad({ filter: /.*/, namespace: stripCredentials.name }, () => ({ contents: 'module.exports = {};' }));
  },
};
