import { expect, it } from 'vitest';
import { openAt, situationAtEnd } from '../../../web/alerts/range-end.ts';
import type { Alert } from '../../../web/api/alert-types.ts';

const alert = (id: string, startsAtMs: number, more: Partial<Alert> = {}): Alert =>
  ({
    id,
    title: `host a ${id}`,
    status: 'resolved',
    severity: 'warning',
    startsAtMs,
    endsAtMs: startsAtMs + 10,
    updatedAtMs: startsAtMs + 30,
    entity: { cluster: 'prod', kind: 'host', name: 'a' },
    suspects: [],
    ...more,
  }) as unknown as Alert;
const calm = { glyph: 'ok', say: 'All is normal.', sub: 'One machine reports.', meaning: 'All is normal.' } as const;

it('an alert is open at a moment from its begin until its trouble ends, the worst first, and without notices', () => {
  const alerts = [
    alert('over', 80),
    alert('open', 95),
    alert('later', 101),
    alert('worst', 99, { severity: 'critical' }),
    alert('notice', 99, { severity: 'info' }),
  ];
  expect(openAt(alerts, 100).map(({ id }) => id)).toEqual(['worst', 'open']);
});

it('a range of the past that ends in an outage is not called normal', () => {
  expect(situationAtEnd(calm, [alert('is down', 95, { severity: 'critical' })], '15:29:40')).toMatchObject({
    glyph: 'critical',
    say: expect.stringMatching(/^At the end of the range, 15:29:40, one alert was open: .*a.*\.$/),
    sub: 'Since then: All is normal. One machine reports.',
  });
  expect(situationAtEnd(calm, [], '15:29:40')).toBe(calm);
});
