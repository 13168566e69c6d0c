import { beforeAll, describe, expect, it } from 'vitest';
import { alert, startsAtMs } from './alert-of-node-a.ts';
import { answeringApi } from './answering-api.ts';
import { offbeat } from './run-cli.ts';

const api = answeringApi();
const { answers } = api;
let url = '';
beforeAll(() => {
  url = api.url;
});

describe('why', () => {
  const ofEntity = (entity: string) => ({ partition: 0, entity });

  it('prints the decisions of an alert, from beat to page', async () => {
    answers.set('/api/alerts/alert-1', alert);
    const { stdout } = await offbeat(['why', 'alert-1', '--url', url]);
    expect(stdout).toContain('  2026-11-23 15:00:00 UTC  group        first notification: after 30 s\n');
    expect(stdout).toContain('  prod/host/node-a system.diskio.write.bytes{device=sda}: began first\n');
  });

  it('explains minute by minute why a series did not page', async () => {
    const quiet = { minuteMs: startsAtMs, avg: 1e7, min: 9e6, max: 1.2e7, last: 1e7, count: 6 };
    answers.set('/api/summaries', { minutes: [{ ...quiet, expected: 1e7, spread: 1e6 }] });
    answers.set('/api/samples', { kind: 'counter', unit: 'By/s', points: [] });
    answers.set('/api/anomalies', { anomalies: [] });
    answers.set('/api/alerts', { alerts: [] });
    const { status, stdout } = await offbeat([
      'why',
      'prod/host/node-a system.diskio.write.bytes{device=sda}',
      '--url',
      url,
    ]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      '  2026-11-23 15:00:00 UTC  below floor: 12 MB/s seen, 10 MB/s expected; off by less than 5 MB/s',
      'no anomaly of this series, so no page',
    ]);
  });

  it('fails for an unknown series, and names the reached limits for series', async () => {
    answers.set('/api/summaries', { minutes: [] });
    answers.set('/api/health', { full: [] });
    const ask = () => offbeat(['why', 'prod/host/node-a no.such.metric', '--url', url]);
    const { status, stderr } = await ask();
    expect(status).toBe(1);
    expect(stderr).toContain('no minute is stored for prod/host/node-a no.such.metric');
    expect(stderr).not.toContain('as are kept');
    answers.set('/api/health', {
      full: [{ partition: 3 }, ofEntity('prod/host/node-a'), ofEntity('prod/host/node-b')],
    });
    expect((await ask()).stderr).toContain(
      '; partition 3 of detect has as many series as are kept and prod/host/node-a has as many series as are kept; ' +
        'this series may have been forgotten and learned again, or refused: see /api/health\n',
    );
  });

  describe('a series that is warming up', () => {
    const series = 'prod/host/node-a system.diskio.write.bytes{device=sda}';
    const known = { expected: 1e7, spread: 1e6 };
    const note =
      'prod/host/node-a has as many series as are kept; ' +
      'this series may have been forgotten and learned again, or refused: see /api/health';

    /** Asks about minutes, of which each has what was learned then. */
    async function askOf(learned: readonly object[], full: readonly object[], ...flags: string[]): Promise<string> {
      const minutes = learned.map((each, nth) => ({
        ...{ minuteMs: startsAtMs + nth * 60_000, avg: 1e7, min: 9e6, max: 1.2e7, last: 1e7, count: 6 },
        ...each,
      }));
      answers.set('/api/summaries', { minutes });
      answers.set('/api/samples', { kind: 'counter', unit: 'By/s', points: [] });
      answers.set('/api/anomalies', { anomalies: [] });
      answers.set('/api/alerts', { alerts: [] });
      answers.set('/api/health', { full });
      return (await offbeat(['why', series, '--url', url, ...flags])).stdout;
    }

    it('why reports that it may have been forgotten if its entity is at its limit', async () => {
      const full = [ofEntity('prod/host/node-a')];
      expect((await askOf([known, {}], full)).split('\n')).toContain(note);
      expect(JSON.parse(await askOf([known, {}], full, '--json'))).toMatchObject({ note });
    });

    it('why reports that it may have been forgotten if a partition is at its limit', async () => {
      expect(await askOf([{}], [{ partition: 0 }])).toContain(
        '\npartition 0 of detect has as many series as are kept; ',
      );
    });

    it.each([
      ['another entity alone is at its limit', [{}], [ofEntity('prod/host/node-b')]],
      ['nothing is at its limit', [{}], []],
      ['its newest minute was judged', [{}, known], [ofEntity('prod/host/node-a')]],
    ])('does not mention the limit where %s', async (_where, learned, full) => {
      expect(await askOf(learned, full)).not.toContain('as are kept');
      expect(JSON.parse(await askOf(learned, full, '--json'))).not.toHaveProperty('note');
    });
  });
});
