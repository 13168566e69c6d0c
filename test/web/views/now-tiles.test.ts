import { expect, it } from 'vitest';
import { pastWords } from '../../../web/views/now/past-words.ts';
import { calmDeliveriesText, noTopicText, worstReceivers } from '../../../web/views/now/tile-words.ts';
import { deliveredText } from '../../../web/views/throughput/delivered-text.ts';

it('a tile of a range of the past says of which moment its value is, as tiles of now stand beside it', () => {
  const of = { times: [0, 10, 20], values: [1, 2, null] };
  expect(pastWords(of, true, (ms) => `15:32:${ms}`)).toBe('at 15:32:10; ');
  expect(pastWords(of, false, String)).toBe('');
  expect(pastWords({ ...of, values: undefined }, true, String)).toBe('');
});

it('deliveries that wait are not said to be none where it is not known how many were delivered', () => {
  expect(calmDeliveriesText({ delivered: null, waiting: 3 })).toBe('how many were delivered is not known');
  expect(calmDeliveriesText({ delivered: null, waiting: 0 })).toBe('nothing waits');
  expect(calmDeliveriesText({ delivered: 4, waiting: 3 })).toBe('4 delivered in the last hour');
  expect([deliveredText(null), deliveredText(0)]).toEqual([
    'how many were delivered is not known',
    '0 delivered in 1 h',
  ]);
});

it('queues that could not be read are not queues without topics', () => {
  expect(noTopicText(undefined, new Error('unavailable'))).toBe('the queues could not be read');
  expect(noTopicText({ topics: [] }, undefined)).toBe('no Kafka topic is watched');
});

it('the receivers in trouble are listed first, whatever their order in the settings', () => {
  const receiver = (name: string, status: 'ok' | 'failing' | 'refusing', waiting = 0) => ({ name, status, waiting });
  const receivers = [receiver('a', 'ok'), receiver('b', 'ok', 2), receiver('c', 'refusing'), receiver('d', 'failing')];
  expect(worstReceivers(receivers as never).map(({ name }) => name)).toEqual(['d', 'c', 'b', 'a']);
});
