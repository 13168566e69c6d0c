import { describe, expect, it } from 'vitest';
import type { GroupRow, TopicRow } from '../../../web/api/data-types.ts';
import { backlogOf, tableRows, waitingText, worstFirst } from '../../../web/views/queues/rows.ts';
import { judgeGroups } from '../../../web/views/queues/situation.ts';

const group = (name: string, more: Partial<GroupRow> = {}): GroupRow => ({
  path: `prod/consumer-group/${name}`,
  cluster: 'prod',
  name,
  topics: ['orders'],
  lag: [0, 0],
  lagS: [0, 0],
  last: { lag: 0, lagS: 0 },
  status: 'ok',
  stalled: false,
  partitions: [],
  lagSeries: '',
  ...more,
});

const topic = (name: string): TopicRow => ({
  path: `prod/topic/${name}`,
  cluster: 'prod',
  name,
  partitions: 2,
  in: [],
  out: [],
  status: 'ok',
  inSeries: '',
  outSeries: '',
});

it('a group that stands still comes before one that is behind, and that before one that keeps up', () => {
  const groups = [
    group('fine'),
    group('behind', { last: { lag: 9, lagS: 1 } }),
    group('still', { stalled: true }),
    group('degraded', { status: 'degraded' }),
  ];
  expect(worstFirst(groups).map(({ name }) => name)).toEqual(['still', 'degraded', 'behind', 'fine']);
});

describe('the table of queues', () => {
  it('lists each group with its topic and partitions, and then topics that nobody reads', () => {
    const partitions = [0, 1].map((partition) => ({ topic: 'orders', partition, lag: 1, lagS: null }));
    const rows = tableRows({ topics: [topic('orders'), topic('alone')], groups: [group('etl', { partitions })] });
    expect(rows.map((row) => [row.type, row.group?.name])).toEqual([
      ['topic', 'etl'],
      ['partition', 'etl'],
      ['partition', 'etl'],
      ['topic', undefined],
    ]);
  });

  it('has a row for a group whose topic is not known', () => {
    expect(tableRows({ topics: [], groups: [group('etl')] })).toHaveLength(1);
  });
});

describe('a backlog', () => {
  it('is the largest lag of the range, with its time', () => {
    const behind = group('etl', { lag: [0, 7_206, 20], last: { lag: 20, lagS: 0 } });
    expect(backlogOf(behind, [10, 20, 30])).toEqual({ lag: 7_206, atMs: 20, isOver: true });
  });

  it('lasts while more than a twentieth of it is left, and is none where nothing waited', () => {
    const behind = group('etl', { lag: [0, 100, 6], last: { lag: 6, lagS: 0 } });
    expect(backlogOf(behind, [10, 20, 30])?.isOver).toBe(false);
    expect(backlogOf(group('etl'), [10, 20])).toBeUndefined();
  });
});

describe('the sentence about groups', () => {
  const unknown = { last: { lag: null, lagS: null } } as const;

  it('does not say that a group of unknown lag has read everything', () => {
    expect(judgeGroups([group('etl', unknown)])).toMatchObject({
      glyph: 'unknown',
      say: 'The lag of the one group is not known.',
    });
  });

  it('counts the groups that are not known apart', () => {
    const groups = [group('a', unknown), group('b', { status: 'unknown' }), group('c'), group('d'), group('e')];
    expect(judgeGroups(groups)).toMatchObject({
      glyph: 'unknown',
      say: '2 of 5 groups are not known. The others have read everything.',
    });
  });

  it('does not call a group that stands still with an unknown lag 0 messages behind', () => {
    expect(judgeGroups([group('etl', { ...unknown, stalled: true })])).toMatchObject({
      glyph: 'warning',
      say: 'etl stands still: how far it is behind on orders is not known.',
    });
  });

  it('says by how much the worst group is behind', () => {
    const still = group('etl', { stalled: true, last: { lag: 4_012, lagS: 90 } });
    expect(judgeGroups([still, group('fine')]).say).toMatch(
      /^etl stands still: 4,012\u00a0messages, or .*, behind on orders\.$/,
    );
  });

  it('says that every group has read everything where it is known', () => {
    expect(judgeGroups([group('a'), group('b')])).toMatchObject({
      glyph: 'ok',
      say: 'Every group has read everything.',
    });
  });
});

it('a queue without data is not called empty', () => {
  expect([waitingText({ waiting: [null, null] }), waitingText({ waiting: [3, null] })]).toEqual(['no data', '3']);
});
