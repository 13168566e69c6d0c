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
const toSetUp = `${toAppend}|create-topics|describe-configs|create-acls|find-coordinator|describe-groups`;
const toCollect = `${toAppend}|describe-log-dirs|list-groups|find-coordinator|offset-fetch`;
const kafkaFiles = /[/\\]@platformatic[/\\]kafka[/\\]dist[/\\]/;

/** Strips the Kafka client of modules that are imported for side effects (schema registries), and of requests that are not sent. */
export const stripKafka = stripKafkaBut(toAppend);
/** Strips the same, for a function that also looks at groups and creates topics and ACLs. The client finds requests by name, so esbuild cannot leave them out. */
export const stripKafkaAdmin = stripKafkaBut(toSetUp);

/** Strips the same, for the function that reads clusters of others, of what it neither appends nor reads with. */
export const stripKafkaCollector = stripKafkaBut(toCollect);

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
      // The package of forty data structures is loaded as a whole for the one that is used.
      build.onResolve({ filter: /^mnemonist$/ }, ({ path, resolveDir, importer }) =>
        kafkaFiles.test(importer) ? { path, namespace: name, pluginData: resolveDir } : undefined,
      );
      build.onLoad({ filter: /^mnemonist$/, namespace: name }, ({ pluginData: resolveDir }) => ({
        contents: "exports.LRUCache = require('mnemonist/lru-cache.js');",
        resolveDir,
      }));
      build.onLoad({ filter: /[/\\]kafka[/\\]dist[/\\]apis[/\\]\w+[/\\]index\.js$/ }, async ({ path }) => {
        const lines = (await readFile(path, 'utf8')).split('\n');
        return { contents: lines.filter((line) => kept.test(line)).join('\n') };
      });
    },
  };
}

const openSearchClient = /[/\\]opensearch[/\\]lib[/\\]Client\.js$/;
const openSearchIndex = /[/\\]opensearch[/\\]api[/\\]OpenSearchApi\.js$/;

/** Strips the OpenSearch client of its helpers, and of all of its forty families of requests but those about indices and documents. */
export const stripOpenSearch: Plugin = {
  name: 'strip-opensearch',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\/_api$/ }, ({ path, importer }) => {
      if (!openSearchIndex.test(importer) || path === './indices/_api') return undefined;
      return { path, namespace: stripOpenSearch.name };
    });
    // The client makes helpers for bulk requests and scrolls, which no function uses.
    build.onResolve({ filter: /^\.\/Helpers$/ }, ({ path, importer }) =>
      openSearchClient.test(importer) ? { path, namespace: stripOpenSearch.name } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: stripOpenSearch.name }, () => ({ contents: 'module.exports = class {};' }));
  },
};

const packageFile = /[/\\]package\.json$/;
const packageOfClient = /[/\\]@aws-sdk[/\\]client-[\w-]+[/\\]package\.json$/;

/** Strips the clients of AWS, and Offbeat, of their `package.json`, of which they read their own version alone. */
export const stripPackageFiles: Plugin = {
  name: 'strip-package-files',
  setup(build) {
    build.onLoad({ filter: packageFile }, async ({ path }) => {
      const isOwn = !/[/\\]node_modules[/\\]/.test(path);
      if (!isOwn && !packageOfClient.test(path)) return undefined;
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const zodProcessors = /[/\\]zod[/\\]v4[/\\]core[/\\]json-schema-processors\.js$/;
const zodJsonSchema = /[/\\]zod[/\\]v4[/\\]core[/\\]to-json-schema\.js$/;
/** The methods that every type gets: a call of one would be a defect. */
const noJsonSchema = `
  const method = () => () => { throw new Error('a bundle has no JSON schemas'); };
  module.exports = { createToJSONSchemaMethod: method, createStandardJSONSchemaMethod: method };
`;

/** Strips zod of the JSON schemas of its types, of which only the settings' file makes use, on the machine that deploys. */
export const stripZod: Plugin = {
  name: 'strip-zod',
  setup(build) {
    build.onLoad({ filter: zodProcessors }, () => ({ contents: 'module.exports = {};' }));
    build.onLoad({ filter: zodJsonSchema }, () => ({ contents: noJsonSchema }));
  },
};

const answers = /[/\\]functions[/\\]api[/\\]answers[/\\][\w-]+\.ts$/;

/** Strips the api of the schemas of its answers, which the description of the API and tests read, and no request. */
export const stripAnswers: Plugin = {
  name: 'strip-answers',
  setup(build) {
    build.onLoad({ filter: answers }, async ({ path }) => {
      const names = [...(await readFile(path, 'utf8')).matchAll(/^export const (\w+)/gm)].map(([, name]) => name!);
      return { contents: names.map((name) => `export const ${name} = undefined;`).join('\n') };
    });
  },
};

const described = /[/\\]functions[/\\]api[/\\](routes[/\\][\w-]+|parameters|bodies|command|range)\.ts$/;
const text = /(?:'[^'\n]*'|"[^"\n]*")/.source;
const texts = `${text}(?:\\s*\\+\\s*${text})*`;
const summaries = new RegExp(`^ *(?:summary|description):\\s*${texts},\n`, 'gm');
const descriptions = new RegExp(`\\s*\\.describe\\(\\s*${texts},?\\s*\\)`, 'g');

/** Strips the api of the texts about its routes and parameters, which the description of the API reads, and no request. */
export const stripDescriptions: Plugin = {
  name: 'strip-descriptions',
  setup(build) {
    build.onLoad({ filter: described }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(summaries, '').replace(descriptions, ''), loader: 'ts' };
    });
  },
};

const eventStreams = /[/\\]@smithy[/\\]core[/\\]dist-es[/\\]submodules[/\\]event-streams[/\\]index\.js$/;

/** The parts that every client is made with: the first adds the second's result to its configuration. */
const noEventStreams = `
  module.exports = {
    resolveEventStreamSerdeConfig: (config) => config,
    eventStreamSerdeProvider: () => { throw new Error('a bundle has no streams of events'); },
  };
`;

/** Strips the AWS SDK of streams of events, which it needs for requests that no function sends. */
export const stripEventStreams: Plugin = {
  name: 'strip-event-streams',
  setup(build) {
    build.onLoad({ filter: eventStreams }, () => ({ contents: noEventStreams }));
  },
};

/** Strips the package `debug`, whose lines the clients of Kafka and OpenSearch print where the variable `DEBUG` asks for them. */
export const stripDebug: Plugin = {
  name: 'strip-debug',
  setup(build) {
    build.onResolve({ filter: /^debug$/ }, ({ path }) => ({ path, namespace: stripDebug.name }));
    build.onLoad({ filter: /.*/, namespace: stripDebug.name }, () => ({
      contents: 'const off = () => {}; off.enabled = false; module.exports = () => off;',
    }));
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

const s3Schemas = /[/\\]client-s3[/\\]dist-es[/\\]schemas[/\\]schemas_0\.js$/;

/**
 * Strips the S3 client of the schemas of requests that are not sent. They have computed keys, `[_e]: _c`, and esbuild keeps
 * what it cannot prove to be free of side effects; with the texts of these constants in their place it leaves them out.
 */
export const stripS3: Plugin = {
  name: 'strip-s3',
  setup(build) {
    build.onLoad({ filter: s3Schemas }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const texts = new Map(
        [...code.matchAll(/^const (_\w+) = ("[^"\n]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      return {
        contents: code.replace(/\[(_\w+)\]:/g, (key, name: string) => (texts.has(name) ? `${texts.get(name)}:` : key)),
      };
    });
  },
};
