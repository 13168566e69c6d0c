import { expect, it } from 'vitest';
import { previewLines, previewReport, previewWarnings } from '../../../bin/commands/preview-lines.ts';
import type { Page } from '../../../local/backtest/score.ts';
import { alertOf, startMs } from '../../support/alerts.ts';

const page: Page = {
  alertId: 'an-id',
  startsAtMs: startMs,
  pagedAtMs: startMs + 30_000,
  entity: { cluster: 'prod', kind: 'host', name: 'node-b' },
  headline: 'load is high',
};
const preview = {
  range: { fromMs: startMs, toMs: startMs + 60_000 },
  ...{ samples: 2_000, pagesWithout: 14, pagesWith: 3, usefulNotReproduced: 1 },
  gone: Array.from({ length: 12 }, () => page),
  added: [page],
  otherCause: [{ page, cause: { ...page.entity, name: 'node-c' } }],
  alert: 'kept',
  usefulGone: Array.from({ length: 12 }, () => alertOf()),
  usefulOtherCause: [alertOf()],
} as const;

it('a preview lists ten pages that would be gone, those that would be new, those that would name another cause, and the number of the others', () => {
  const lines = previewLines(preview);
  expect(lines[0]).toContain('both runs begin with nothing learned');
  expect(lines[0]).toContain('over 2,000 samples from 2026-11-23 10:00:00 UTC to 2026-11-23 10:01:00 UTC');
  expect(lines[1]).toBe('  14 pages without it, 3 with it; this alert would still page');
  expect(lines.filter((line) => line.startsWith('  gone: '))).toHaveLength(11);
  expect(lines).toContain('  gone: and 2 more');
  expect(lines).toContain('  new: 2026-11-23 10:00:30 UTC  load is high');
  expect(lines).toContain(
    '  another cause: 2026-11-23 10:00:30 UTC  prod/host/node-c instead of prod/host/node-b: load is high',
  );
  expect(lines.at(-1)).toBe('  1 alert marked useful not paged in the run without it: not compared');
});

it('a preview warns of useful alerts that would be gone, of ten by their ids', () => {
  const warnings = previewWarnings(preview);
  expect(warnings).toHaveLength(12);
  expect(warnings[0]).toBe(
    `warning: this setting would have hidden an alert that was marked useful: ${alertOf().id} ${alertOf().title}`,
  );
  expect(warnings[10]).toBe('warning: and 2 more that were marked useful');
  expect(warnings[11]).toContain('would have named another cause of an alert that was marked useful: ');
});

it('the report of a preview has its times as texts', () => {
  expect(previewReport(preview)).toMatchObject({
    from: '2026-11-23T10:00:00.000Z',
    otherCause: [{ suspect: 'prod/host/node-b', suspectWithIt: 'prod/host/node-c' }],
    added: [{ pagedAt: '2026-11-23T10:00:30.000Z', suspect: 'prod/host/node-b' }],
  });
});
