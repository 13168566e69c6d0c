import { expect, it } from 'vitest';
import { offerWords } from '../../../web/frame/offer-words.ts';

it('a series that is found is named in words, with its text behind it', () => {
  const text = 'recorded/host/node-b system.network.out.bytes{interface=eth0}';
  expect(offerWords({ kind: 'series', title: text, subtitle: 'series' })).toEqual({
    title: 'Network out of node-b, eth0',
    hint: text,
  });
  expect(offerWords({ kind: 'machine', title: 'node-b', subtitle: 'host of recorded' })).toEqual({
    title: 'node-b',
    hint: 'host of recorded',
  });
});
