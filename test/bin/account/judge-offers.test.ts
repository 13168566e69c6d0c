import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeOffers } from '../../../bin/account/judge-offers.ts';

const letters = ['a', 'b', 'c', 'd'];
const wanted = {
  check: 'endpoints',
  thing: 'interface endpoint',
  names: ['sns', 'sts'],
  zones: ['a', 'b'],
  zoneCount: 2,
};

describe('the judgement of what zones offer', () => {
  it('is a problem where the region has none', () => {
    const { state, message } = judgeOffers(wanted, [{ name: 'sns', zones: [] }], letters);
    expect({ state, message }).toEqual({ state: 'problem', message: 'the region has no interface endpoint sts' });
  });

  it('is good where a service reports no zones', () => {
    const offers = wanted.names.map((name) => ({ name, zones: [] }));
    expect(judgeOffers(wanted, offers, letters).state).toBe('ok');
  });

  it('is good exactly where every zone has all, and offers only such zones', () => {
    const zones = fc.subarray(letters, { minLength: 1 });
    fc.assert(
      fc.property(zones, zones, (sns, sts) => {
        const offers = [
          { name: 'sns', zones: sns },
          { name: 'sts', zones: sts },
        ];
        const both = letters.filter((zone) => sns.includes(zone) && sts.includes(zone));
        const { state, remedy } = judgeOffers(wanted, offers, letters);
        const isGood = wanted.zones.every((zone) => both.includes(zone));
        expect(state).toBe(isGood ? 'ok' : 'problem');
        const line = `  zones: [${both.slice(0, 2).join(', ')}]`;
        expect(remedy).toEqual(isGood || both.length < 2 ? [] : ['deployment:', line]);
      }),
    );
  });
});
