import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/*
 * What packages bring along and no function uses is most of a bundle, and a cold start reads and runs it. Each plugin
 * here leaves one such part out. They know their package from the inside: test/real/lambda runs every function
 * against real servers and holds bundles to their limit, which tells when a new version no longer fits.
 */

/** What a log is appended to with: the protocol of consumers, groups, transactions and administration is not. */
const toAppend = 'produce|list-offsets|metadata|api-versions|sasl-\\w+';
const toMakeTopics = `${toAppend}|create-topics|describe-configs`;
const kafkaFiles = /[/\\]@platformatic[/\\]kafka[/\\]dist[/\\]/;

/** The Kafka client: no module for its side effects alone (schema registries), and only the requests that are sent. */
export const stripKafka = leanKafkaFor(toAppend);
/** The same for a function that makes topics: the requests are found by name, so that each is in every bundle. */
export const stripKafkaAdmin = leanKafkaFor(toMakeTopics);

function leanKafkaFor(requests: string): Plugin {
  const name = 'lean-kafka';
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

/** The OpenSearch client: of its forty families of requests, those about indices and documents. */
export const stripOpenSearch: Plugin = {
  name: 'lean-opensearch',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\/_api$/ }, ({ path, importer }) => {
      if (!openSearchIndex.test(importer) || path === './indices/_api') return undefined;
      return { path, namespace: stripOpenSearch.name };
    });
    build.onLoad({ filter: /.*/, namespace: stripOpenSearch.name }, () => ({ contents: 'module.exports = class {};' }));
  },
};

const credentials = join(import.meta.dirname, 'environment-credentials.ts');

/** The AWS SDK: credentials from the environment alone. */
export const stripCredentials: Plugin = {
  name: 'lean-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider(-node|s)$/ }, () => ({ path: credentials }));
    // MSK's signer asks it who signs, when debugging.
    build.onResolve({ filter: /^@aws-sdk\/client-sts$/ }, ({ path }) => ({ path, namespace: stripCredentials.name }));
    build.onLoad({ filter: /.*/, namespace: stripCredentials.name }, () => ({ contents: 'module.exports = {};' }));
  },
};
