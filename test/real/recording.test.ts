import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Anomaly } from '../../functions/shared/domain/anomaly.ts';
import { compareText } from '../../functions/shared/domain/order.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import type { Environment } from '../../functions/shared/environment/variables.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { families } from '../../functions/shared/ports/warehouse.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { fromApiGateway, toApiGateway } from '../../local/http/api-gateway.ts';
import { type Documents, documentsOf } from './documents.ts';
import { freshServers } from './fresh-servers.ts';
import { refresh } from './opensearch.ts';

const recording = join(import.meta.dirname, '../../events/recordings/cluster-load.ndjson.gz');

const series = encodeURIComponent('recorded/host/node-m system.diskio.write.bytes{device=loop6}');

/** The requests of the command line; the id is that of one of the alerts. */
const questionsOf = (alertId: string): string[] => [
  '/api/alerts?cluster=recorded',
  '/api/alerts?status=resolved&from=2026-11-23T15:15:00Z&limit=2',
  `/api/alerts/${alertId}`,
  '/api/alerts/none',
  '/api/anomalies?state=closed&to=2026-11-23T15:20:00Z',
  '/api/series?entity=recorded/host/node-m',
  `/api/samples?series=${series}&limit=40`,
  `/api/summaries?series=${series}`,
  '/api/inventory',
  '/api/status',
];

interface Replayed {
  readonly documents: Documents;
  /** The status and the body, by request. */
  readonly answers: Readonly<Record<string, string>>;
}

/** Runs the recording through the whole flow. @returns the documents and the answers of the API */
async function replayed(env: Environment): Promise<Replayed> {
  const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, env });
  try {
    await embedded.replay({ file: recording, cluster: 'recorded' });
    await embedded.drain();
    if (embedded.backends.uses.warehouse !== 'SQLite') await refresh();
    return { documents: await documentsOf(embedded.ports.warehouse), answers: await answersOf(embedded) };
  } finally {
    await embedded.close();
  }
}

async function answersOf(embedded: Embedded): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  const [alert] = await embedded.ports.warehouse.search({ family: 'offbeat-alerts', order: 'oldest first', limit: 1 });
  for (const question of questionsOf(String(alert!['offbeat.alert.id']))) {
    const { pathname: path, searchParams: query } = new URL(question, 'http://localhost');
    const event = toApiGateway({ method: 'GET', path, query, headers: {}, body: Buffer.alloc(0) });
    const { status, body } = fromApiGateway(
      (await embedded.invoke('api', event)) as Parameters<typeof fromApiGateway>[0],
    );
    answers[question] = `${status} ${comparable(body)}`;
  }
  return answers;
}

/**
 * Returns what an answer says of the recording: with its anomalies sorted by id, because those of the same moment have no order,
 * and without the times of deliveries, which are those of the run.
 */
function comparable(body: string): string {
  const answer = JSON.parse(body);
  answer.anomalies?.sort((a: Anomaly, b: Anomaly) => compareText(a.id, b.id));
  for (const delivery of answer.deliveries ?? []) delete delivery.sinceMs;
  return JSON.stringify(answer);
}

describe('the recorded cluster through real Kafka, DynamoDB, S3, SNS, SQS and OpenSearch', () => {
  let embedded: Replayed;
  beforeAll(async () => {
    embedded = await replayed({});
  });

  it.each([
    ['one partition a topic', onePartitionEach],
    [
      'two partitions of beats and four of samples',
      { ...onePartitionEach, [topics.beats]: 2, [topics.samples]: 4, [topics.summaries]: 3 },
    ],
  ])(
    'leaves the same documents as on SQLite, ids and all, and answers the same, with %s',
    async (_words, partitions) => {
      const real = await replayed(await freshServers(partitions));
      // Each alert has an anomaly at least; how many is the detector's affair.
      expect(real.documents.get('offbeat-anomalies')!.length).toBeGreaterThanOrEqual(6);
      expect(real.documents.get('offbeat-alerts')).toHaveLength(6);
      for (const family of families) expect(real.documents.get(family)).toEqual(embedded.documents.get(family));
      for (const [question, answer] of Object.entries(real.answers))
        expect(answer, question).toEqual(embedded.answers[question]);
      expect(Object.keys(real.answers)).toEqual(Object.keys(embedded.answers));
      expect(Object.entries(real.answers).map(([question, answer]) => [question, answer.slice(0, 3)])).toEqual(
        Object.keys(real.answers).map((question) => [question, question.endsWith('/none') ? '404' : '200']),
      );
    },
  );
});
