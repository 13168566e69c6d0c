import { beforeAll, describe, expect, it } from 'vitest';
import { answeringApi } from './answering-api.ts';
import { offbeat } from './run-cli.ts';

const startsAtMs = Date.parse('2026-11-23T15:00:00Z');

const api = answeringApi();
const { answers, asked } = api;
let url = '';
beforeAll(() => {
  url = api.url;
});

describe('deliveries', () => {
  const waiting = {
    receiver: 'pager',
    alertId: 'alert-1',
    revision: 1,
    state: 'waiting',
    sinceMs: startsAtMs,
    reason: 'server error',
    tries: 3,
    nextTryMs: startsAtMs + 30_000,
  };
  const givenUp = { receiver: 'chat', alertId: 'alert-2', revision: 12, state: 'given up', reason: 'gone' };

  it('prints a table of the waiting and the given-up messages, with the remedy for each', async () => {
    answers.set('/api/deliveries', { deliveries: [waiting, givenUp] });
    const { status, stdout } = await offbeat(['deliveries', '--url', url, '--receiver', 'pager']);
    expect(status).toBe(0);
    expect(asked).toEqual(['GET /api/deliveries?receiver=pager&limit=1000']);
    expect(stdout.split('\n')).toEqual([
      'receiver  alert    revision  state     since                    why                    next try',
      'pager     alert-1  1         waiting   2026-11-23 15:00:00 UTC  server error, 3 tries  2026-11-23 15:00:30 UTC',
      'chat      alert-2  12        given up  -                        gone                   -',
      'waiting messages are sent automatically once the receiver accepts messages again: pager',
      'to send given-up messages again, run "npx offbeat redrive --stage notify" with the --data and --settings of that run, if it ' +
        'has any, once chat is repaired and no process uses the store (on AWS: docs/runbook.md, webhooks-given-up)',
      '',
    ]);
  });

  it('prints the unchanged answer of the API with --json', async () => {
    answers.set('/api/deliveries', { deliveries: [waiting] });
    const { stdout } = await offbeat(['deliveries', '--url', url, '--state', 'waiting', '--json']);
    expect(JSON.parse(stdout)).toEqual({ deliveries: [waiting] });
  });

  it('reports that nothing waits', async () => {
    answers.set('/api/deliveries', { deliveries: [] });
    expect((await offbeat(['deliveries', '--url', url])).stdout).toBe('nothing waits, and nothing was given up\n');
  });

  it.each([
    [['--state', 'given up'], 'nothing was given up\n'],
    [['--state', 'waiting', '--receiver', 'pager'], 'nothing waits for pager\n'],
    [['--receiver', 'pager'], 'nothing waits for pager, and nothing was given up\n'],
    [['--state', 'delivered', '--alert', 'a1'], 'nothing was delivered of alert a1\n'],
  ])('names what it searched for without a result with %j', async (filters, stdout) => {
    answers.set('/api/deliveries', { deliveries: [] });
    answers.set('/api/health', { receivers: [{ name: 'pager' }] });
    expect(await offbeat(['deliveries', '--url', url, ...filters])).toMatchObject({ status: 0, stdout });
  });

  it.each([[[]], [['--json']]])(
    'reports an unknown receiver with the known names, with the options %j',
    async (more) => {
      answers.set('/api/deliveries', { deliveries: [] });
      answers.set('/api/health', { receivers: [{ name: 'pager' }, { name: 'chat' }] });
      const { status, stderr } = await offbeat(['deliveries', '--url', url, '--receiver', 'nobody', ...more]);
      expect(stderr).toBe('offbeat: no receiver "nobody"; known are pager, chat\n');
      expect(status).toBe(1);
    },
  );

  it('counts the rows beyond the limit, and names the receivers of all rows in the remedy', async () => {
    answers.set('/api/deliveries', { deliveries: [waiting, waiting, givenUp] });
    const { stdout } = await offbeat(['deliveries', '--url', url, '--limit', '1']);
    const [, , more, waits, sentAgain] = stdout.split('\n');
    expect(more).toBe('2 more; --limit shows up to 1000');
    expect(waits).toMatch(/: pager$/);
    expect(sentAgain).toContain('once chat is repaired');
  });
});
