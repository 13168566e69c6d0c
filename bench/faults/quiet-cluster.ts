import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Document, datasetOf, hostOf, numberAt, valueAt } from './fields.ts';

/** A counter of a document, and what each collection of the quiet minutes added to it. */
export interface QuietCounter {
  readonly path: string;
  readonly added: readonly number[];
}

/** One series of documents: those of a dataset, a host and a device, mount, partition or server. */
export interface Template {
  readonly key: string;
  readonly counters: readonly QuietCounter[];
  /** The document of each collection of the quiet minutes, as JSON, which is copied more quickly than an object. */
  readonly documents: readonly string[];
}

/** The cluster of the recording in its ten quiet minutes, from which longer recordings are made. */
export interface QuietCluster {
  readonly templates: readonly Template[];
  /** The number of collections, 10 s apart. */
  readonly length: number;
}

const recordingUrl = new URL('../../events/recordings/cluster-load.ndjson.gz', import.meta.url);
/** The first incident is at 15:12:39. */
const quietUntil = '2026-11-23T15:12:35';
export const recordedPeriodMs = 10_000;

/** The counters of each dataset that are in the recording. Other numbers are gauges. */
const counterPaths: Readonly<Record<string, readonly string[]>> = {
  'system.diskio': [
    ...['read', 'write'].flatMap((way) => ['count', 'bytes', 'time'].map((what) => `system.diskio.${way}.${what}`)),
    'system.diskio.io.time',
  ],
  'system.network': ['in', 'out'].flatMap((way) =>
    ['bytes', 'packets', 'errors', 'dropped'].map((what) => `system.network.${way}.${what}`),
  ),
  'kafka.partition': ['kafka.partition.offset.newest'],
  'kafka.consumergroup': ['kafka.consumergroup.offset'],
};

/** Reads the quiet minutes of the recording in the repository. */
export function readQuietCluster(): QuietCluster {
  const documents = gunzipSync(readFileSync(recordingUrl))
    .toString()
    .trim()
    .split('\n')
    .map((line): Document => JSON.parse(line));
  return quietClusterOf(
    documents.filter((document) => String(document['@timestamp']) < quietUntil && isUsed(document)),
  );
}

/**
 * Returns whether a document is used. The machine below the nodes has other programs' load; loopback interfaces, sums over
 * devices, and the topics of the recorder itself would only add documents.
 */
function isUsed(document: Document): boolean {
  if (hostOf(document) === 'vmhost') return false;
  switch (datasetOf(document)) {
    case 'system.network':
      return valueAt(document, 'system.network.name') === 'eth0';
    case 'system.diskio':
      return valueAt(document, 'system.diskio.name') !== undefined;
    case 'kafka.partition':
      return valueAt(document, 'kafka.topic.name') === 'orders';
    default:
      return true;
  }
}

function quietClusterOf(documents: readonly Document[]): QuietCluster {
  const times = [...new Set(documents.map((document) => String(document['@timestamp'])))].sort();
  const templates = [...Map.groupBy(documents, keyOf)].map(([key, own]) => templateOf(key, own, times));
  return { templates, length: times.length - 1 };
}

/** Returns what distinguishes the series of documents. */
export function keyOf(document: Document): string {
  const names = ['system.diskio.name', 'system.network.name', 'system.filesystem.mount_point', 'kafka.partition.id'];
  const more = ['moosefs.chunkserver.ip', 'moosefs.disk.path'];
  const parts = [...names, ...more].map((path) => valueAt(document, path)).filter((value) => value !== undefined);
  return [datasetOf(document), hostOf(document), ...parts.map(String)].join(' ');
}

/** Returns a template. A collection without a document of its own has that of the one before, as of file systems. */
function templateOf(key: string, documents: readonly Document[], times: readonly string[]): Template {
  const byTime = new Map(documents.map((document) => [String(document['@timestamp']), document]));
  let newest = documents[0]!;
  const filled = times.map((time) => {
    newest = byTime.get(time) ?? newest;
    return newest;
  });
  const addedTo = (path: string): number[] =>
    filled.slice(1).map((document, nth) => Math.max(0, numberAt(document, path) - numberAt(filled[nth]!, path)));
  const paths = counterPaths[key.split(' ')[0]!] ?? [];
  return {
    key,
    counters: paths.map((path) => ({ path, added: addedTo(path) })),
    documents: filled.slice(1).map((document) => JSON.stringify(document)),
  };
}
