/*
 * The I/O of components under one name, whatever ships it: which metric of which source is which quantity. Unit and kind of a metric
 * are in its row of the catalogue. The table of docs/io.md is made from these rows.
 */

/** The quantities of I/O, in the order of tables. */
export const ioQuantities = ['bytes', 'operations', 'latency', 'utilisation', 'errors'] as const;
export type IoQuantity = (typeof ioQuantities)[number];
/** The components with I/O, in the order of tables. */
export const ioComponents = ['host', 'disk', 'chunkserver', 'broker', 'search-node'] as const;
export type IoComponent = (typeof ioComponents)[number];
/** The shippers of metrics. `Offbeat` collects in the names of Metricbeat where it has one. */
export const ioSources = ['Metricbeat', 'OpenTelemetry', 'collectd', 'Offbeat'] as const;
export type IoSource = (typeof ioSources)[number];

/** A metric that is a quantity of a component. */
export interface IoRow {
  readonly component: IoComponent;
  readonly quantity: IoQuantity;
  /** The part of it, such as `read`; absent for all of it. */
  readonly part?: string;
  readonly source: IoSource;
  readonly metric: string;
  /** The dimensions of the series that are meant, where others of the metric are something else. */
  readonly where?: Readonly<Record<string, string>>;
  /** The metric by whose rate that of this one is divided: the time of all operations by their number. */
  readonly per?: string;
  /** Means that the series has what is left of the whole, such as the share that is idle. */
  readonly isRest?: true;
}

/** Returns the name of a quantity, the same for all sources. @example ioName(row); // => 'disk.read.latency' */
export const ioName = ({ component, part, quantity }: Pick<IoRow, 'component' | 'part' | 'quantity'>): string =>
  [component, ...(part === undefined ? [] : [part]), quantity].join('.');

type Found = Omit<IoRow, 'component' | 'quantity' | 'part'>;

/** Returns the rows of one quantity. */
const rows = (component: IoComponent, name: string, ...found: readonly Found[]): IoRow[] => {
  const [quantity, part] = name.split('.').reverse() as [IoQuantity, string?];
  return found.map((each) => ({ component, quantity, ...(part === undefined ? {} : { part }), ...each }));
};

const from =
  (source: IoSource) =>
  (metric: string, more: Omit<Found, 'source' | 'metric'> = {}): Found => ({ source, metric, ...more });
const metricbeat = from('Metricbeat');
const openTelemetry = from('OpenTelemetry');
const collectd = from('collectd');
const offbeat = from('Offbeat');

/** The rows of the interfaces of a host. */
const hostRows = [
  ['in', 'receive', 'rx'],
  ['out', 'transmit', 'tx'],
].flatMap(([part = '', direction = '', way = '']) => [
  ...rows(
    'host',
    `${part}.bytes`,
    metricbeat(`system.network.${part}.bytes`),
    openTelemetry('system.network.io', { where: { direction } }),
    collectd(`collectd.interface.if_octets.${way}`),
  ),
  ...rows(
    'host',
    `${part}.operations`,
    metricbeat(`system.network.${part}.packets`),
    openTelemetry('system.network.packets', { where: { direction } }),
    collectd(`collectd.interface.if_packets.${way}`),
  ),
  ...rows(
    'host',
    `${part}.errors`,
    metricbeat(`system.network.${part}.errors`),
    openTelemetry('system.network.errors', { where: { direction } }),
    collectd(`collectd.interface.if_errors.${way}`),
  ),
]);

const minute = 'io.last_minute';

/** The rows of the disks of hosts and of chunkservers. */
const diskRows = ['read', 'write'].flatMap((part) => {
  const where = { direction: part };
  return [
    ...rows(
      'disk',
      `${part}.bytes`,
      metricbeat(`system.diskio.${part}.bytes`),
      metricbeat(`linux.iostat.${part}.per_sec.bytes`),
      openTelemetry('system.disk.io', { where }),
      collectd(`collectd.disk.disk_octets.${part}`),
      offbeat(`moosefs.disk.${minute}.${part}.bytes`),
    ),
    ...rows(
      'disk',
      `${part}.operations`,
      metricbeat(`system.diskio.${part}.count`),
      metricbeat(`linux.iostat.${part}.request.per_sec`),
      openTelemetry('system.disk.operations', { where }),
      collectd(`collectd.disk.disk_ops.${part}`),
      offbeat(`moosefs.disk.${minute}.${part}.ops`),
    ),
    ...rows(
      'disk',
      `${part}.latency`,
      metricbeat(`system.diskio.${part}.time`, { per: `system.diskio.${part}.count` }),
      metricbeat(`linux.iostat.${part}.await`),
      openTelemetry('system.disk.operation_time', { where, per: 'system.disk.operations' }),
      collectd(`collectd.disk.disk_time.${part}`),
      offbeat(`moosefs.disk.${minute}.${part}.latency.us`),
    ),
  ];
});

const syncRows = ['disk', 'chunkserver'].flatMap((component) => [
  ...rows(component as IoComponent, 'sync.operations', offbeat(`moosefs.${component}.${minute}.fsync.ops`)),
  ...rows(component as IoComponent, 'sync.latency', offbeat(`moosefs.${component}.${minute}.fsync.latency.us`)),
]);

const chunkserverRows = ['read', 'write'].flatMap((part) => [
  ...rows('chunkserver', `${part}.bytes`, offbeat(`moosefs.chunkserver.${minute}.${part}.bytes`)),
  ...rows('chunkserver', `${part}.operations`, offbeat(`moosefs.chunkserver.${minute}.${part}.ops`)),
  ...rows('chunkserver', `${part}.latency`, offbeat(`moosefs.chunkserver.${minute}.${part}.latency.us`)),
]);

const brokerRows = [
  ...['in', 'out', 'rejected'].flatMap((part) =>
    rows('broker', `${part}.bytes`, metricbeat(`kafka.broker.net.${part}.bytes_per_sec`)),
  ),
  ...rows('broker', 'in.operations', metricbeat('kafka.broker.messages_in')),
  ...['fetch', 'produce'].flatMap((part) =>
    rows('broker', `${part}.errors`, metricbeat(`kafka.broker.request.${part}.failed`)),
  ),
];

const stats = 'elasticsearch.node.stats';
const searchRows = [
  ...['read', 'write'].flatMap((part) => [
    ...rows('search-node', `${part}.bytes`, offbeat(`${stats}.fs.io_stats.total.${part}.bytes`)),
    ...rows(
      'search-node',
      `${part}.operations`,
      metricbeat(`${stats}.fs.io_stats.total.${part}.operations.count`),
      offbeat(`${stats}.fs.io_stats.total.${part}.operations.count`),
    ),
  ]),
  ...[
    ['index', 'indexing.index'],
    ['search', 'search.query'],
  ].flatMap(([part, name]) => {
    const [total, time] = [`${stats}.indices.${name}_total.count`, `${stats}.indices.${name}_time.ms`];
    return [
      ...rows('search-node', `${part}.operations`, metricbeat(total), offbeat(total)),
      ...rows('search-node', `${part}.latency`, metricbeat(time, { per: total }), offbeat(time, { per: total })),
    ];
  }),
  ...rows('search-node', 'utilisation', metricbeat(`${stats}.process.cpu.pct`), offbeat(`${stats}.process.cpu.pct`)),
  ...['write', 'search'].flatMap((part) => {
    const rejected = `${stats}.thread_pool.${part}.rejected.count`;
    return rows('search-node', `${part}.errors`, metricbeat(rejected), offbeat(rejected));
  }),
];

/** Every metric that is a quantity of a component's I/O. */
export const ioRows: readonly IoRow[] = [
  ...hostRows,
  ...rows(
    'host',
    'utilisation',
    metricbeat('system.cpu.total.norm.pct'),
    openTelemetry('system.cpu.utilization', { where: { state: 'idle' }, isRest: true }),
    collectd('collectd.cpu.percent', { where: { type_instance: 'idle' }, isRest: true }),
  ),
  ...diskRows,
  ...rows(
    'disk',
    'utilisation',
    metricbeat('system.diskio.io.time'),
    metricbeat('linux.iostat.busy'),
    openTelemetry('system.disk.io_time'),
    collectd('collectd.disk.disk_io_time.io_time'),
    offbeat(`moosefs.disk.${minute}.busy.pct`),
  ),
  ...rows('disk', 'errors', offbeat('moosefs.disk.last_error.time')),
  ...syncRows,
  ...chunkserverRows,
  ...rows('chunkserver', 'utilisation', offbeat(`moosefs.chunkserver.${minute}.busy.pct`)),
  ...rows('chunkserver', 'errors', offbeat('moosefs.chunkserver.errors')),
  ...brokerRows,
  ...searchRows,
];

/** A quantity that no source tells, and why. */
export interface IoGap {
  readonly component: IoComponent;
  readonly quantity: IoQuantity;
  readonly because: string;
}

/** The quantities of components that no source tells. */
export const ioGaps: readonly IoGap[] = [
  { component: 'host', quantity: 'latency', because: 'an interface is not timed; the disks of a host are' },
  {
    component: 'broker',
    quantity: 'latency',
    because:
      'Metricbeat does not ask for the times of requests; the lag of groups in seconds tells what clients wait for',
  },
  {
    component: 'broker',
    quantity: 'utilisation',
    because: 'Metricbeat does not ask for the idle share of the request handlers; the host of the broker has one',
  },
];
