import { describe, expect, it } from 'vitest';
import { explained } from '../../../../functions/api/queries/dead-letters.ts';

const group = (reason: string) => ({
  reason,
  stage: 'normalise',
  topic: 'offbeat.beats',
  count: 1,
  perHour: [1],
  firstMs: 0,
  lastMs: 0,
  example: { position: 'offbeat.beats/0/0', text: '{', detail: 'value: expected JSON' },
  canRedrive: true,
});

const canRedrive = (reason: string): boolean => explained({ groups: [group(reason)] }, 1).groups[0]!.canRedrive;

describe('a redrive of dead letters', () => {
  it.each([
    'not JSON',
    'not a document',
    'no entity',
    'timestamp out of range',
    'collision',
    'step failed',
    'nested too deep',
    'message too large',
  ])('is not offered for "%s", which lies in the record itself', (reason) => {
    expect(canRedrive(reason)).toBe(false);
  });

  it.each(['refused by the warehouse', 'unknown schema', 'too many silences', 'too many fields'])(
    'is offered for "%s", which may be over',
    (reason) => {
      expect(canRedrive(reason)).toBe(true);
    },
  );
});

it('a collision whose fields are known is listed once, apart from the groups', () => {
  const detail =
    'prod/host/a app.thread: documents of several things come as one series; they differ in host.name, name; to tell them apart, add to the settings: sources: [{match: {dataset: app.thread}, dimensions: [host.name]}]';
  const read = group('collision');
  const known = { ...read, count: 7, perHour: [7], example: { ...read.example, detail } };
  const { groups, collisions } = explained({ groups: [known, group('not JSON'), read] }, 9);
  expect(groups.map(({ reason }) => reason)).toEqual(['not JSON', 'collision']);
  expect(collisions).toMatchObject([
    { entity: 'prod/host/a', dataset: 'app.thread', fields: ['host.name', 'name'], count: 7, perHour: [7] },
  ]);
});
