import { describe, expect, it } from 'vitest';
import { withLinks } from '../../../functions/alert/links.ts';
import { type Settings, settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { alertOf, startMs } from '../../support/alerts.ts';

const settings = (input: object): Settings => settingsSchema.parse(input);
const publicUrl = 'https://offbeat.example.com/';
const match = { metric: 'system.diskio.*' };

describe('the links of an alert', () => {
  it('are absolute addresses of the alert and of a chart on the page', () => {
    const { alert, chart } = withLinks(alertOf(), settings({ publicUrl })).annotations;
    expect(alert).toBe('https://offbeat.example.com/alerts/k3Jd82hLmQ0vTnXyRz5cWb7pAe');
    const { origin, pathname, searchParams } = new URL(chart!);
    expect(`${origin}${pathname}`).toBe('https://offbeat.example.com/explore');
    expect(Object.fromEntries(searchParams)).toEqual({
      series: 'prod/host/node-b system.diskio.write.bytes{device=sdb}',
      from: '2026-11-23T09:30:00.000Z',
      to: 'now',
      band: '1',
    });
  });

  it('show a resolved alert until half an hour after its end', () => {
    const resolved = alertOf({ status: 'resolved', endsAtMs: startMs + 60_000 });
    const { chart } = withLinks(resolved, settings({ publicUrl })).annotations;
    expect(new URL(chart!).searchParams.get('to')).toBe('2026-11-23T10:31:00.000Z');
  });

  it('are left out where the settings name no address', () => {
    const alert = alertOf();
    expect(withLinks(alert, settings({}))).toBe(alert);
  });

  it.each([
    ['an address', 'https://wiki.example.com/disks', 'https://wiki.example.com/disks'],
    ['a path under publicUrl', '/runbooks/disks', 'https://offbeat.example.com/runbooks/disks'],
  ])('name the runbook of the likely cause, given as %s', (_form, runbook, linked) => {
    const catalogue = [
      { match, runbook: 'https://wiki.example.com/old' },
      { match, runbook },
    ];
    expect(withLinks(alertOf(), settings({ publicUrl, catalogue })).annotations.runbook).toBe(linked);
  });

  it('name no runbook of other series, and no path without an address', () => {
    const other = [{ match: { metric: 'system.cpu.*' }, runbook: 'https://wiki.example.com/cpu' }];
    expect(withLinks(alertOf(), settings({ publicUrl, catalogue: other })).annotations).not.toHaveProperty('runbook');
    const path = [{ match, runbook: '/runbooks/disks' }];
    expect(withLinks(alertOf(), settings({ catalogue: path })).annotations).toEqual({});
  });
});
