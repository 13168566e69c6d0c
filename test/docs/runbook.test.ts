import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metrics } from '../../functions/shared/ports/telemetry.ts';
import { deployed, deploymentNames } from '../support/deployment.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
/** The sections by heading: an alarm's name, or with a `*` the names of a family. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => [section.split('\n')[0]!, section])
    .filter(([heading]) => /^[a-z-]+\*?$/.test(heading)),
);
const headingOf = (alarm: string): string | undefined =>
  [...sections.keys()].find((heading) => heading === alarm || heading === `${alarm.split('-')[0]}-*`);

/** The alarms of all deployments together: not every deployment creates a domain or a cluster. */
const alarms = new Map(
  deploymentNames.flatMap((name) => deployed(name).offbeat.monitoring.specs).map((alarm) => [alarm.name, alarm]),
);

describe('docs/runbook.md', () => {
  it('has a heading for every alarm of every deployment', () => {
    expect(alarms.size).toBeGreaterThan(40);
    expect([...alarms.keys()].filter((name) => headingOf(name) === undefined)).toEqual([]);
  });

  it('has no heading of an alarm that is gone', () => {
    const used = new Set([...alarms.keys()].map(headingOf));
    expect([...sections.keys()].filter((heading) => !used.has(heading))).toEqual([]);
  });

  it.each([...sections])('explains for %s its meaning, its diagnosis and its remedy', (_heading, section) => {
    const parts = section.split(/^### /m).slice(1);
    expect(parts.map((part) => part.split('\n')[0])).toEqual(['Description', 'Investigation', 'Resolution']);
    for (const part of parts) expect(part.split('\n').slice(1).join('').trim().length).toBeGreaterThan(40);
  });

  it('begins with the words of the alarm, so that a search finds it', () => {
    const descriptionOf = (section: string) => section.split(/^### /m)[1]!.toLowerCase().replace(/\s+/g, ' ');
    const differing = [...alarms.values()].filter(({ name, description }) => {
      const heading = headingOf(name)!;
      const wording = heading.endsWith('*')
        ? description.replace(/^[\w-]+ /, '').replace(/of \w+ has/, 'has')
        : description;
      return !descriptionOf(sections.get(heading)!).includes(wording.toLowerCase());
    });
    expect(differing.map(({ name, description }) => `${name}: ${description}`)).toEqual([]);
  });

  it('names no counter that nothing counts', () => {
    const named = [...page.matchAll(/SUM\((\w+)\)/g)].map(([, metric]) => metric!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((metric) => !(metric in metrics))).toEqual([]);
  });
});
