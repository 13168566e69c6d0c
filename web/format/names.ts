import { metricWords } from '../../functions/shared/domain/metric-words.ts';
import { readSeriesText } from '../../functions/shared/domain/series-parts.ts';

/** The parts of a series that its name is made of. */
export interface NamedSeries {
  readonly entity: { readonly cluster: string; readonly kind: string; readonly name: string };
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The titles of metrics, by the pattern of their names. The first that matches counts. */
const titles: readonly (readonly [pattern: RegExp, title: string])[] = [
  [/^system\.diskio\.write\.bytes$|^collectd\.disk\.disk_octets\.write$/, 'Disk write'],
  [/^system\.diskio\.read\.bytes$|^collectd\.disk\.disk_octets\.read$/, 'Disk read'],
  [/^system\.diskio\.write\.count$|^collectd\.disk\.disk_ops\.write$/, 'Writes to disk'],
  [/^system\.diskio\.read\.count$|^collectd\.disk\.disk_ops\.read$/, 'Reads from disk'],
  [/^system\.diskio\.io\.time$|^collectd\.disk\.disk_io_time\.io_time$/, 'Disk busy'],
  [/^system\.network\.out\.bytes$|^collectd\.interface\.if_octets\.tx$/, 'Network out'],
  [/^system\.network\.in\.bytes$|^collectd\.interface\.if_octets\.rx$/, 'Network in'],
  [/^system\.network\.out\.packets$|^collectd\.interface\.if_packets\.tx$/, 'Packets out'],
  [/^system\.network\.in\.packets$|^collectd\.interface\.if_packets\.rx$/, 'Packets in'],
  [/^system\.cpu\.total(\.norm)?\.pct$/, 'CPU, total'],
  [/^system\.cpu\.iowait(\.norm)?\.pct$/, 'CPU, waiting for disks'],
  [/^system\.cpu\.steal(\.norm)?\.pct$/, 'CPU, stolen'],
  [/^system\.load\.norm\.1$/, 'Load'],
  [/^system\.memory\.actual\.used\.pct$/, 'Memory, used'],
  [/^system\.memory\.swap\.used\.pct$/, 'Swap, used'],
  [/^system\.filesystem\.used\.pct$|^collectd\.df\.percent_bytes$/, 'Space used'],
  [/^kafka\.consumergroup\.(consumer_)?lag$/, 'Lag'],
  [/^kafka\.consumergroup\.max_lag_time\.sec$/, 'Lag, time'],
  [/^kafka\.consumergroup\.offset$/, 'Messages out'],
  [/^kafka\.partition\.offset\.newest$/, 'Messages in'],
  [/^moosefs\.chunkserver\.connected$/, 'Connected'],
  [/^moosefs\.chunkserver\.chunks$/, 'Chunks held'],
  [/^moosefs\.chunkserver\.errors$/, 'Errors'],
  [/^moosefs\.(chunkserver|disk)\.space\.used\.bytes$/, 'Space used'],
  [/^moosefs\.(chunkserver|disk)\.space\.used\.pct$/, 'Space used, share'],
  [/^moosefs\.(chunkserver|disk|master)\.space\.total\.bytes$/, 'Space, total'],
  [/^moosefs\.disk\.chunks$/, 'Chunks held'],
  [/^moosefs\.chunkserver\.load\.value$/, 'Load'],
  [/^moosefs\.chunkserver\.marked_for_removal\.chunks$/, 'Marked for removal, chunks'],
  [/^moosefs\.chunkserver\.marked_for_removal\.used\.bytes$/, 'Marked for removal, used'],
  [/^moosefs\.chunkserver\.marked_for_removal\.total\.bytes$/, 'Marked for removal, total'],
  [/^moosefs\.disk\.last_error\.chunk$/, 'Last error, chunk'],
  [/^moosefs\.disk\.last_error\.time$/, 'Last error, time'],
  [/^log\.records$/, 'Log records'],
];

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const operations: Readonly<Record<string, string>> = { read: 'Read', write: 'Written', fsync: 'Synced' };
const quantities: Readonly<Record<string, string>> = {
  bytes: '',
  ops: ', operations',
  time: ', time in all',
  max: ', longest operation',
  latency: ', mean operation',
};

/** Returns the title of what a chunkserver or one of its disks did in the last minute: `Written in the last minute, longest operation`. */
function lastMinuteTitle(metric: string): string | undefined {
  const [, operation = '', quantity = ''] =
    /^moosefs\.(?:chunkserver|disk)\.io\.last_minute\.(read|write|fsync)\.(bytes|ops|time|max|latency)(?:[._]us)?$/.exec(
      metric,
    ) ?? [];
  const verb = operations[operation];
  return verb === undefined ? undefined : `${verb} in the last minute${quantities[quantity]}`;
}

/** Returns the title of a metric, `Disk write`; of one that has none, its name in words. */
export function metricTitle(metric: string): string {
  return (
    titles.find(([pattern]) => pattern.test(metric))?.[1] ??
    lastMinuteTitle(metric) ??
    capitalised(metricWords(metric).replace(/ (?:us|ms|ns|sec)$/, ''))
  );
}

/** Returns the values of dimensions in the order of their names: `eth0`, `orders, 2`. */
export function dimensionsWords(dimensions: Readonly<Record<string, string>>): string {
  return Object.keys(dimensions)
    .sort()
    .map((name) => dimensions[name])
    .join(', ');
}

/** Returns the title of a series without its entity: `Network out, eth0`. */
export function measureTitle({ metric, dimensions }: Pick<NamedSeries, 'metric' | 'dimensions'>): string {
  const words = dimensionsWords(dimensions);
  return words === '' ? metricTitle(metric) : `${metricTitle(metric)}, ${words}`;
}

/** Returns the title of a series: `Network out of node-b, eth0`. */
export function seriesTitle({ entity, metric, dimensions }: NamedSeries): string {
  const words = dimensionsWords(dimensions);
  return `${metricTitle(metric)} of ${entity.name}${words === '' ? '' : `, ${words}`}`;
}

const kindWords: Readonly<Record<string, string>> = {
  host: '',
  chunkserver: 'Chunkserver',
  'storage-master': 'Storage master',
  storage: 'Storage',
  disk: 'Disk',
  broker: 'Broker',
  kafka: 'Kafka',
  topic: 'Topic',
  partition: 'Partition',
  'consumer-group': 'Consumer group',
  msk: 'MSK cluster',
  'msk-broker': 'MSK broker',
  opensearch: 'OpenSearch',
  'search-node': 'Search node',
  offbeat: 'Offbeat',
  stage: 'Stage',
  service: 'Service',
};

/** Returns the name of a component for people: `Chunkserver node-c`, `Consumer group orders-etl`; a host has its name alone. */
export function componentTitle(kind: string, name: string): string {
  const word = kindWords[kind] ?? capitalised(kind.replaceAll('-', ' '));
  return word === '' ? name : `${word} ${name}`;
}

/** Returns the word for several components of a kind: `Hosts`, `Chunkservers`. */
export function kindTitle(kind: string): string {
  if (kind === 'host') return 'Machines';
  return `${kindWords[kind] || capitalised(kind.replaceAll('-', ' '))}s`;
}

/** The parts of a text that names a series, to be shown. */
export interface SeriesParts {
  readonly entity: { readonly cluster: string; readonly kind: string; readonly name: string };
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Returns the parts of the text of a series, to be shown. Of a text that the API would refuse, the whole is the metric.
 * @example
 * partsOf('prod/host/a system.diskio.write.bytes{device=sda}').metric; // => 'system.diskio.write.bytes'
 */
export function partsOf(text: string): SeriesParts {
  const read = readSeriesText(text);
  if (read === undefined) return { entity: { cluster: '', kind: '', name: '' }, metric: text, dimensions: {} };
  const [cluster = '', kind = '', ...name] = read.path.split('/');
  return { entity: { cluster, kind, name: name.join('/') }, metric: read.metric, dimensions: read.dimensions };
}
