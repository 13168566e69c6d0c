import type { DatasetRow } from './row.ts';

/** The datasets of MooseFS and LizardFS, of Elasticsearch and OpenSearch, and of Offbeat itself. */
export const storageRows: readonly DatasetRow[] = [
  { datasets: ['moosefs.master'], kind: 'storage-master', name: 'service' },
  {
    datasets: ['moosefs.chunkserver'],
    kind: 'chunkserver',
    name: { addressAt: 'moosefs.chunkserver', expected: 'a chunkserver' },
    // Only where several servers of an answer have one address.
    dimensions: { server_id: ['moosefs.chunkserver.server_id'] },
  },
  {
    datasets: ['moosefs.disk'],
    kind: 'chunkserver',
    name: { addressAt: 'moosefs.disk.chunkserver', expected: 'a chunkserver' },
    dimensions: { device: ['moosefs.disk.path'] },
  },
  {
    datasets: ['moosefs.session'],
    kind: 'service',
    name: { paths: ['moosefs.session.name'], expected: 'the name of a mount: its client and its folder' },
  },
  { datasets: ['elasticsearch.cluster'], kind: 'service', name: 'service' },
  {
    datasets: [
      'elasticsearch.node',
      'elasticsearch.node_stats',
      'elasticsearch.node.stats',
      'elasticsearch.stack_monitoring.node_stats',
    ],
    kind: 'search-node',
    name: {
      paths: ['elasticsearch.node.name', 'elasticsearch.node.id'],
      orService: true,
      expected: 'the name of a node',
    },
  },
  { datasets: ['offbeat.canary', 'offbeat.cluster', 'offbeat.stage'], kind: 'service', name: 'service' },
];
