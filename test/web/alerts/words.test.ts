import { describe, expect, it } from 'vitest';
import { countsByCluster } from '../../../functions/api/queries/overview/alert-counts.ts';
import { situationOf, stateWords } from '../../../web/alerts/words.ts';
import type { AlertSummary, Overview } from '../../../web/api/types.ts';

const minuteMs = 60_000;
const nowMs = Date.parse('2026-11-23T15:29:50Z');

const alert = (more: Partial<AlertSummary> = {}): AlertSummary => ({
  id: 'a1',
  status: 'open',
  severity: 'critical',
  title: 'chunkserver connected low on 10.77.0.13:9422, and 2 more',
  headline:
    'chunkserver connected on 10.77.0.13:9422 at 0, expected 1, since 15:28:40 UTC (score 0.9979); 3 series off, on 2 entities.',
  entity: { cluster: 'prod', kind: 'chunkserver', name: 'node-c' },
  cluster: 'prod',
  startsAtMs: nowMs - 70_000,
  updatedAtMs: nowMs,
  series: 3,
  components: 2,
  cause: {
    path: 'prod/chunkserver/node-c',
    series: 'prod/chunkserver/node-c moosefs.chunkserver.connected',
    score: 1,
    why: 'began first',
  },
  ...more,
});

const overview = (open: readonly AlertSummary[], more: Partial<Overview> = {}): Overview => ({
  nowMs,
  version: '1',
  clusters: ['prod'],
  status: { status: 'ok', clusters: [{ cluster: 'prod', status: 'ok' }] },
  counts: { machines: 5, chunkservers: 3, topics: 3, consumerGroups: 1 },
  alerts: {
    open,
    openCount: open.length,
    silenced: open.filter(({ silencedBy }) => silencedBy !== undefined).length,
    clusters: countsByCluster(open as Parameters<typeof countsByCluster>[0]),
    resolved: [],
  },
  freshness: [],
  newestSampleMs: nowMs - 4_000,
  canary: null,
  deliveries: { waiting: 0, givenUp: 0, delivered: 0, receivers: [] },
  offbeat: { status: 'ok', lagRecords: 0 },
  cursor: 'c',
  ...more,
});

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('the situation in one sentence', () => {
  it('says that all is normal, what reports, and when the last alert was over', () => {
    const resolved = [alert({ status: 'resolved', endsAtMs: nowMs - 3 * 60 * minuteMs })];
    const calm = overview([]);
    const { glyph, say, sub } = situationOf({ ...calm, alerts: { ...calm.alerts, resolved } }, nowMs, 'utc');
    expect([glyph, say]).toEqual(['ok', 'All is normal.']);
    expect(plain(sub)).toBe('5 machines, 3 topics and 3 chunkservers report. The last alert ended 3 h ago.');
  });

  it('names what is degraded, what is wrong, for how long, what is fine, and who has it', () => {
    const paged = { atMs: nowMs - 50_000 };
    const { say, sub, glyph } = situationOf(overview([alert({ paged })]), nowMs, 'utc');
    expect(glyph).toBe('critical');
    expect(plain(say)).toBe('Storage is degraded: chunkserver node-c is disconnected, for 1 min 10 s.');
    expect(sub).toBe(
      'Chunkserver connected on 10.77.0.13:9422 at 0, expected 1. Streaming and machines are normal. On call was paged at 15:29:00; nobody has acknowledged yet.',
    );
  });

  it('leaves silenced alerts out', () => {
    expect(situationOf(overview([alert({ silencedBy: 's1' })]), nowMs, 'utc').say).toBe('All is normal.');
  });

  it('counts warnings, and names the worst', () => {
    const warning = { severity: 'warning' } as const;
    const { say } = situationOf(overview([alert(warning), alert({ ...warning, id: 'a2' })]), nowMs, 'utc');
    expect(say).toMatch(/^Two alerts are open, the worst: chunkserver node-c/);
  });

  it('does not lower-case an abbreviation at the beginning of a title', () => {
    const entity = { cluster: 'prod', kind: 'host', name: 'node-x' };
    const cause = { path: '', series: 'prod/host/node-x system.cpu.total.norm.pct', score: 1, why: '' };
    const { say } = situationOf(
      overview([alert({ entity, cause, title: 'cpu total norm pct high on node-x' })]),
      nowMs,
      'utc',
    );
    expect(say).toMatch(/^Machines are degraded: CPU of node-x/);
  });

  it('says that nothing can be said without data, whatever is open', () => {
    const silent = overview([alert()], { newestSampleMs: nowMs - 5 * minuteMs });
    expect(plain(situationOf(silent, nowMs, 'utc').say)).toBe('No data for 5 min: nothing can be said about machines.');
  });

  it('does not call a component normal that its cluster reports as down without an alert', () => {
    const clusters = [{ cluster: 'prod', status: 'down' as const, reason: 'node-c is down' }];
    const { glyph, say } = situationOf(overview([], { status: { status: 'down', clusters } }), nowMs, 'utc');
    expect([glyph, say]).toEqual(['warning', 'No alert is open, but prod is down.']);
  });

  it.each([
    ['a silenced alert', { silencedBy: 's1' }],
    ['a notice', { severity: 'info' as const }],
  ])('does not call a part normal that has %s', (_, more) => {
    const topic = alert({ id: 'a2', entity: { cluster: 'prod', kind: 'topic', name: 't' }, ...more });
    const { sub } = situationOf(overview([alert(), topic]), nowMs, 'utc');
    expect(sub).toContain('Machines are normal.');
    expect(sub).not.toContain('Streaming');
  });

  it('calls no part normal while a cluster is degraded beside its alerts', () => {
    const clusters = [{ cluster: 'prod', status: 'degraded' as const }];
    const sick = overview([alert()], { status: { status: 'degraded', clusters } });
    expect(situationOf(sick, nowMs, 'utc').sub).not.toContain('normal');
  });

  it('keeps its meaning while only a duration changes', () => {
    const [first, later] = [nowMs, nowMs + 5_000].map((at) => situationOf(overview([alert()]), at, 'utc'));
    expect(later!.say).not.toBe(first!.say);
    expect(later!.meaning).toBe(first!.meaning);
  });
});

describe('the state of an alert in words', () => {
  it.each([
    [{}, 'Not paged, nobody has it'],
    [{ severity: 'info' as const }, 'Not paged: notices are not'],
    [{ paged: { atMs: nowMs - 50_000 } }, 'Paged 15:29:00, nobody has it'],
    [{ acknowledged: { by: 'ada', atMs: nowMs - 10_000 } }, 'Acknowledged 15:29:40 by ada'],
  ])('%j: %s', (more, rest) => {
    const words = stateWords(alert(more), nowMs, 'utc');
    expect([plain(words.lead), words.rest]).toEqual(['Open for 1 min 10 s', rest]);
  });

  it('names the end of the silence', () => {
    const { lead } = stateWords(alert({ silencedBy: 's1' }), nowMs, 'utc', nowMs + 10 * minuteMs);
    expect(lead).toBe('Silenced until 15:39:50');
  });

  it('names the end and the length of an alert that is over', () => {
    const words = stateWords(alert({ status: 'resolved', endsAtMs: nowMs }), nowMs, 'utc');
    expect([words.lead, plain(words.rest)]).toEqual(['Ended 15:29:50', 'after 1 min 10 s']);
  });
});

describe('a recording that was replayed', () => {
  it('has its end as the present while it is looked at', () => {
    const old = overview([], { newestSampleMs: nowMs - 7 * 86_400_000 });
    expect(situationOf(old, nowMs, 'utc', 'replay').say).toBe('At the end of the recording all was normal.');
    const open = alert({ isReplay: true });
    expect(situationOf(overview([open]), nowMs, 'utc', 'replay').sub).not.toMatch(/paged/);
  });
});
