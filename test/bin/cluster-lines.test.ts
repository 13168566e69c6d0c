import { describe, expect, it } from 'vitest';
import { kafkaLines } from '../../bin/kafka-lines.ts';
import { searchLines } from '../../bin/search-lines.ts';
import { documentsOf as kafkaDocuments } from '../../functions/collect/kafka/documents.ts';
import { healthSchema, nodeSchema } from '../../functions/collect/search/answers.ts';
import { documentsOf as searchDocuments } from '../../functions/collect/search/documents.ts';
import { healthy } from '../functions/collect/kafka/snapshots.ts';
import { green, node } from '../functions/collect/search/answers.ts';
import { hostileName, unprintableIn } from '../support/hostile-text.ts';
import { printedOf } from './printed.ts';

const context = { address: 'a:1', hostName: 'a', startedAtMs: 0, durationMs: 1 };

describe('the tables of clusters', () => {
  it('have a row for each broker, topic and group', () => {
    const lines = printedOf(kafkaLines(kafkaDocuments(healthy, context)));
    expect(lines[0]).toBe('kafka a:1  ok');
    expect(lines).toContain('1       10.77.0.20:9092  -           1      2         0            4 KiB  75 %');
    expect(lines).toContain('orders  2           150      100   1000 B  0        0');
    expect(lines).toContain('billing  Stable  10   -');
  });

  it('have a row for each node', () => {
    const snapshot = { health: healthSchema.parse(green), nodes: [node], disks: {}, unread: [] };
    const lines = printedOf(searchLines(searchDocuments(snapshot, context)));
    expect(lines[0]).toBe('search a:1  logs  ok');
    expect(lines.at(-1)).toBe('search-1  41 %  3 %  50 %       1,000      4 KiB  4');
  });

  it('show no character of a hostile name that steers a terminal', () => {
    const topic = { topic: hostileName, partition: 0, replicas: [1], inSync: [] };
    const group = { id: hostileName, state: hostileName, offsets: [] };
    const kafka = kafkaLines(kafkaDocuments({ ...healthy, partitions: [topic], groups: [group] }, context));
    const health = healthSchema.parse({ ...green, cluster_name: hostileName });
    const nodes = [nodeSchema.parse({ ...node, name: hostileName })];
    const search = searchLines(searchDocuments({ health, nodes, disks: {}, unread: [] }, context));
    for (const line of printedOf([...kafka, ...search])) expect(unprintableIn(line)).toEqual([]);
  });
});
