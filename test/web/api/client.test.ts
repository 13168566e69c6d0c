import { expect, it } from 'vitest';
import { addressOf } from '../../../web/api/client.ts';

it('the names of a query are in a fixed order, and the values of one name in theirs', () => {
  expect(addressOf('/api/charts', { to: 'now', series: ['b', 'a'], from: '-1h' })).toBe(
    '/api/charts?from=-1h&series=b&series=a&to=now',
  );
  expect(addressOf('/api/alerts', { cluster: '', limit: undefined })).toBe('/api/alerts');
});
