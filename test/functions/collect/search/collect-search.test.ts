import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paths } from '../../../../functions/collect/search/answers.ts';
import { collectSearch } from '../../../../functions/collect/search/collect-search.ts';
import type { SearchDocument } from '../../../../functions/collect/search/documents.ts';
import { parseSearchTarget } from '../../../../functions/collect/search/target.ts';
import { searchCluster } from '../../../../functions/shared/adapters/opensearch/cluster.ts';
import { catalogueFacts } from '../../../../functions/shared/domain/catalogue/catalogue.ts';
import { shippedLimits } from '../../../../functions/shared/domain/catalogue/limits.ts';
import { Loopback } from '../../../support/loopback.ts';
import { sampleOf } from '../../normalise/beats.ts';
import { green, node } from './answers.ts';

let loopback: Loopback;
beforeEach(() => {
  loopback = new Loopback();
});
afterEach(() => loopback.close());

const startedAtMs = Date.parse('2026-11-23T14:23:35Z');
const collectFrom = (port: number, totalMs = 10_000): Promise<SearchDocument[]> => {
  const target = { ...parseSearchTarget(`http://127.0.0.1:${port}`), totalMs, nodesMax: 2 };
  const cluster = searchCluster(target.url);
  return collectSearch(target, { cluster, clock: { nowMs: () => startedAtMs }, hostName: 'search-1' });
};
/** Collects from a server that answers with these texts, or refuses what has none. */
const collect = async (
  health: unknown,
  nodes: unknown = { nodes: { a: node } },
  settings?: unknown,
): Promise<SearchDocument[]> => {
  const answers: Record<string, unknown> = { [paths.health]: health, [paths.nodes]: nodes, [paths.settings]: settings };
  return collectFrom(
    await loopback.http(({ url = '' }, response) => {
      const answer = answers[url];
      if (answer === undefined || answer === null) response.writeHead(403).end('{}');
      else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    }),
  );
};
const clusterOf = (documents: readonly SearchDocument[]) => documents[0]!.elasticsearch.cluster!;

/** Returns the limits that the measurements of documents are beyond: metric, severity, minutes. */
const beyond = (documents: readonly SearchDocument[]): string[] =>
  documents.flatMap((document) => {
    const { measurements, dimensions } = sampleOf(document);
    return Object.entries(measurements).flatMap(([metric, value]) =>
      shippedLimits({ metric, dimensions })
        .filter(({ side, bound }) => (side === 'above' ? value > bound : value < bound))
        .map(({ severity, forMs }) => `${metric} ${severity} ${forMs / 60_000} min`),
    );
  });

describe('the documents of an OpenSearch cluster', () => {
  it('become samples of a service and of search nodes, whose metrics are all in the catalogue', async () => {
    const documents = await collect(green);
    const samples = documents.map((document) => sampleOf(document));
    expect(samples.map(({ entity: { kind, name } }) => [kind, name])).toEqual([
      ['service', expect.stringMatching(/^search-1:\d+$/)],
      ['search-node', 'search-1'],
    ]);
    const metrics = samples.flatMap(({ measurements }) => Object.keys(measurements));
    expect(metrics.filter((metric) => catalogueFacts(metric) === undefined)).toEqual([]);
    expect(samples[1]!.measurements).toMatchObject({
      'elasticsearch.node.stats.jvm.mem.heap.used.pct': 41,
      'elasticsearch.node.stats.thread_pool.write.rejected.count': 4,
      'elasticsearch.node.stats.fs.used.pct': 0.5,
      'elasticsearch.node.stats.fs.io_stats.total.read.operations.count': 20,
      'elasticsearch.node.stats.fs.io_stats.total.write.bytes': 92_160,
    });
    expect(clusterOf(documents)).toMatchObject({ status: 'ok', up: true, color: 'green' });
    expect(beyond(documents)).toEqual([]);
  });

  it('say red at once as critical, and yellow after 10 minutes as a warning', async () => {
    const red = await collect({ ...green, status: 'red', unassigned_shards: 3 });
    expect(clusterOf(red)).toMatchObject({
      status: 'degraded',
      reason: 'red: a primary shard is missing, of 3 unassigned shards',
    });
    expect(beyond(red)).toEqual(['elasticsearch.cluster.red critical 0 min']);
    const yellow = await collect({ ...green, status: 'yellow', unassigned_shards: 1 });
    expect(clusterOf(yellow).reason).toBe('yellow: 1 unassigned shard, all of them copies');
    expect(beyond(yellow)).toEqual(['elasticsearch.cluster.yellow warning 10 min']);
  });

  const full = { ...node, fs: { total: { total_in_bytes: 1_000, free_in_bytes: 40, available_in_bytes: 40 } } };

  it('say that a disk is above the usual watermarks where the settings cannot be read', async () => {
    const documents = await collect(green, { nodes: { a: full } });
    expect(clusterOf(documents).reason).toBe('disk above the flood-stage watermark on 1 node: search-1');
    expect(beyond(documents)).toEqual([
      'elasticsearch.node.stats.fs.watermark warning 1 min',
      'elasticsearch.node.stats.fs.watermark critical 1 min',
    ]);
  });

  it.each([
    ['of its own', { watermark: { low: '94%', high: '0.95', flood_stage: '97%' } }, ['fs.watermark warning 1 min']],
    ['in bytes', { watermark: { low: '1kb', high: '50b', flood_stage: '10b' } }, ['fs.watermark warning 1 min']],
    ['that are higher', { watermark: { low: '97%', high: '98%', flood_stage: '99%' } }, []],
    ['that are disabled', { threshold_enabled: 'false' }, []],
  ])('compare a disk with the watermarks of the cluster, %s', async (_, disk, limits) => {
    const settings = { persistent: { cluster: { routing: { allocation: { disk } } } } };
    const found = beyond(await collect(green, { nodes: { a: full } }, settings));
    expect(found.map((limit) => limit.replace('elasticsearch.node.stats.', ''))).toEqual(limits);
  });

  it('have no use of the processor where the node answers -1: it cannot measure it', async () => {
    const documents = await collect(green, { nodes: { a: { ...node, process: { cpu: { percent: -1 } } } } });
    expect(sampleOf(documents[1]!).measurements).not.toHaveProperty(['elasticsearch.node.stats.process.cpu.pct']);
  });

  it('compare a disk with the watermarks that are set where a default is an object, as of Elasticsearch', async () => {
    const group = (watermark: object) => ({ cluster: { routing: { allocation: { disk: { watermark } } } } });
    const settings = {
      persistent: group({ low: '97%', high: '98%', flood_stage: '99%' }),
      defaults: group({ low: { max_headroom: '-1' }, flood_stage: { frozen: '95%' } }),
    };
    expect(beyond(await collect(green, { nodes: { a: full } }, settings))).toEqual([]);
  });

  it('are of the good nodes where another node has no statistics that can be read', async () => {
    const documents = await collect(green, { nodes: { bad: { name: 'b', jvm: { mem: 'x' } }, a: node } });
    expect(documents.map(({ elasticsearch }) => elasticsearch.node?.name)).toEqual([undefined, 'search-1']);
    expect(clusterOf(documents).reason).toMatch(/^not read: node bad \(jvm\.mem: /);
  });

  it('name one of many nodes that cannot be read', async () => {
    const documents = await collect(green, { nodes: { bad: { name: 5 }, worse: { name: 6 } } });
    expect(clusterOf(documents)).toMatchObject({
      unread_parts: 2,
      reason: expect.stringMatching(/^not read: node bad \(name: [^;]*\) and 1 more$/),
    });
  });

  it('have no name that the log would refuse', async () => {
    const name = 'n'.repeat(1_025);
    const documents = await collect(green, { nodes: { bad: { ...node, name }, a: node } });
    expect(documents.map(({ elasticsearch }) => elasticsearch.node?.name)).toEqual([undefined, 'search-1']);
    expect(clusterOf(documents).reason).toMatch(/^not read: node bad \(name: /);
    expect(clusterOf(await collect({ ...green, cluster_name: name }))).toMatchObject({ status: 'unknown' });
  });

  it('are of the good nodes where another node measures nothing', async () => {
    const documents = await collect(green, { nodes: { idle: { name: 'b', jvm: {} }, a: node } });
    expect(documents).toHaveLength(2);
    expect(clusterOf(documents).reason).toBe('not read: node idle (it measures nothing)');
  });

  it('have the status without the nodes that could not be read', async () => {
    const documents = await collect(green, null);
    expect(documents).toHaveLength(1);
    expect(clusterOf(documents)).toMatchObject({ status: 'degraded', unread_parts: 1 });
    expect(clusterOf(documents).reason).toMatch(
      /^not read: the nodes \(.*does not permit the user .* \(status 403\)\)$/,
    );
  });

  it('are of as many nodes as are allowed, and say how many there are', async () => {
    const documents = await collect(green, { nodes: { a: node, b: node, c: node } });
    expect(documents).toHaveLength(3);
    expect(clusterOf(documents).reason).toContain('there are 3, and at most 2 are read');
  });

  it('leave out what a node does not measure', async () => {
    const [, document] = await collect(green, { nodes: { a: { name: 'b', jvm: node.jvm } } });
    expect(Object.keys(sampleOf(document).measurements)).not.toContain('elasticsearch.node.stats.fs.used.pct');
  });
});

describe('a cluster without an answer that can be read', () => {
  it.each([
    ['no JSON', 'x', /gave an answer that is not JSON/],
    ['another kind', { status: 'blue' }, /gave an answer of another kind: cluster_name: /],
    ['a refusal', null, /does not permit the user to read \/_cluster\/health \(status 403\)/],
  ])('is unknown after %s', async (_, health, reason) => {
    const documents = await collect(health);
    expect(documents).toHaveLength(1);
    expect(clusterOf(documents)).toMatchObject({ status: 'unknown', collected: false });
    expect(clusterOf(documents).reason).toMatch(reason);
    expect(beyond(documents)).toEqual(['elasticsearch.cluster.collected warning 5 min']);
  });

  it('is unknown after silence, within the time of the collection', async () => {
    const [document] = await collectFrom(await loopback.http(() => {}), 200);
    expect(document!.elasticsearch.cluster).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('gave no answer in time'),
    });
  });

  it('is down when it refuses the connection', async () => {
    const documents = await collectFrom(await loopback.deadPort());
    expect(clusterOf(documents)).toMatchObject({ status: 'down', up: false });
  });

  it('is unknown after an answer without end, of which it reads 16 MiB', async () => {
    let sentBytes = 0;
    const port = await loopback.http((_, response) => {
      const piece = Buffer.alloc(2 ** 20, 0x20);
      const send = (): void => {
        while (!response.destroyed && response.write(piece)) sentBytes += piece.length;
        if (!response.destroyed) response.once('drain', send);
      };
      send();
    });
    expect(clusterOf(await collectFrom(port)).reason).toContain('more than 16 MiB');
    expect(sentBytes).toBeLessThan(64 * 2 ** 20);
  });

  it('follows no redirect', async () => {
    const port = await loopback.http((_, response) => response.writeHead(302, { location: '/x' }).end());
    expect(clusterOf(await collectFrom(port)).reason).toContain('with status 302');
    expect(loopback.connections).toBe(1);
  });
});

describe('the address of an OpenSearch cluster', () => {
  it.each(['http://a:9200/x', 'http://a?x=1', 'http://a:0', 'ftp://a'])('is refused as %s', (text) =>
    expect(() => parseSearchTarget(text)).toThrow(/expected https:\/\/HOST:9200/),
  );

  it('may name a user, and never a password', () => {
    expect(parseSearchTarget('https://o%40b@a:9200')).toMatchObject({ username: 'o@b', address: 'a:9200' });
    expect(parseSearchTarget('https://a:9200').username).toBeUndefined();
    for (const text of ['https://u:hunter2@a:9200', 'https://:hunter2@a:9200/x'])
      expect(() => parseSearchTarget(text)).toThrow(/^an address has no password, .* password env:NAME/);
    expect(() => parseSearchTarget('https://a%0ab@h:9200')).toThrow('printable characters');
  });
});
