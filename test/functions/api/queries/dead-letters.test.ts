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
