import { describe, expect, it } from 'vitest';
import type { statusWords } from '../../functions/shared/domain/inventory.ts';
import { answeringApi } from './answering-api.ts';
import { offbeat } from './run-cli.ts';

const api = answeringApi();
const startMs = Date.parse('2026-11-23T15:00:00Z');

const clusterIn = (status: (typeof statusWords)[number]) => ({
  cluster: 'prod',
  status,
  sinceMs: startMs,
  counts: {},
  components: [],
});

const status = (answer: object, ...args: readonly string[]) => {
  api.answers.set('/api/status', answer);
  return offbeat(['status', '--url', api.url, ...args]);
};

describe('offbeat status', () => {
  it.each([
    ['ok', 0],
    ['degraded', 1],
    ['down', 2],
    ['unknown', 3],
  ] as const)('of a cluster that is %s ends with exit status %i', async (word, exitStatus) => {
    const finished = await status({ status: word, clusters: [clusterIn(word)] });
    expect(finished).toEqual({
      status: exitStatus,
      stdout: `prod  ${word} since 2026-11-23 15:00:00 UTC\n`,
      stderr: '',
    });
  });

  it('prints the reason, numbers of components, and those that are not ok', async () => {
    const report = {
      ...clusterIn('degraded'),
      isReplay: true,
      reason: 'chunkserver b is down: disconnected from its master',
      counts: { chunkserver: { ok: 2, down: 1 }, 'consumer-group': { ok: 1 } },
      components: [
        {
          entity: { cluster: 'prod', kind: 'chunkserver', name: 'b' },
          kind: 'chunkserver',
          dimensions: { server_id: '5' },
          status: 'down',
          reason: 'disconnected from its master',
          sinceMs: startMs,
        },
      ],
    };
    const { stdout } = await status({ status: 'degraded', clusters: [report] });
    expect(stdout.split('\n')).toEqual([
      'prod (replay)  degraded since 2026-11-23 15:00:00 UTC: chunkserver b is down: disconnected from its master',
      '  chunkserver     2 ok, 1 down',
      '  consumer-group  1 ok',
      '  chunkserver b server_id=5  down: disconnected from its master (since 2026-11-23 15:00:00 UTC)',
      '',
    ]);
  });

  it('of nothing is unknown in words', async () => {
    expect(await status({ status: 'unknown', clusters: [] }, '--cluster', 'prod')).toEqual({
      status: 3,
      stdout: 'unknown: no storage, Kafka, MSK or OpenSearch of cluster prod sent a document in the last 7 days\n',
      stderr: '',
    });
    expect(api.asked).toEqual(['GET /api/status?cluster=prod']);
  });

  it('prints the answer of the API as JSON, with the same exit status', async () => {
    const answer = { status: 'down', clusters: [clusterIn('down')] };
    const finished = await status(answer, '--json');
    expect([finished.status, JSON.parse(finished.stdout)]).toEqual([2, answer]);
  });

  it('ends with 3 and never with "down" when it fails, or when an option is wrong, because nothing is known then', async () => {
    expect(await offbeat(['status', '--port', '1'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('nothing answers'),
    });
    expect((await offbeat(['status', '--bogus'])).status).toBe(3);
    expect((await offbeat(['status', '--data', '/nowhere'])).status).toBe(3);
    expect((await offbeat(['status', '--help'])).status).toBe(0);
    expect((await offbeat(['alerts', '--bogus'])).status).toBe(2);
  });
});
