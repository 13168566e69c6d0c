import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionsTable } from '../../docs/tables/functions.ts';
import { pages } from '../../docs/tables/pages.ts';
import { countedReasons as reasonsOfAlert } from '../../functions/alert/codec.ts';
import { countedReasons as reasonsOfDetect } from '../../functions/detect/state.ts';
import { ignoredParts } from '../../functions/normalise/otlp/ignored.ts';
import { collision } from '../../functions/persist/collision-letters.ts';
import { beyondFieldLimit } from '../../functions/persist/handler.ts';
import { olderThanKept } from '../../functions/persist/to-write.ts';
import { gauges, metrics, silentTelemetry } from '../../functions/shared/ports/telemetry.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
const source = globSync(['functions/**/*.ts', 'local/**/*.ts'], { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

/** The cells of a section's table, a row a line. */
function table(heading: string): string[][] {
  const section = page.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]!.split(/^#/m)[0]!;
  const rows = section.split('\n').filter((line) => /^\| [^-]/.test(line));
  return rows.slice(1).map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

const words = (cell: string): string[] => [...cell.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);

function found(pattern: RegExp): Set<string> {
  const all = new Set([...source.matchAll(pattern)].map(([, word]) => word!));
  expect(all.size, `matches of ${pattern}`).toBeGreaterThan(0);
  return all;
}

describe('docs/metrics.md', () => {
  it('lists every counter there is, and no other, with its dimensions', () => {
    const listed = table('Counters').map(([, name, dimensions]) => [words(name!)[0], words(dimensions!)]);
    expect(listed).toEqual(Object.entries(metrics));
  });

  it('lists every gauge there is, and no other, with its dimensions', () => {
    const listed = table('Gauges').map(([, name, dimensions]) => [words(name!)[0], words(dimensions!)]);
    expect(listed).toEqual(Object.entries(gauges));
  });

  it.each(['Counters', 'Gauges'])('explains each of the %s, with its remedy', (heading) => {
    expect(table(heading).filter(([, , , means, todo]) => !means || !todo)).toEqual([]);
  });

  it('refers for the values of `stage` to the table of functions, which is made from the manifest', () => {
    const [, target] = /`stage` is the name of a \[function\]\(([\w.]+)#[\w-]+\)/.exec(page)!;
    expect(pages.get(`docs/${target}`)?.get('functions')).toBe(functionsTable());
  });

  it('lists the code of every error of ours among the reasons of failures', () => {
    const listed = table('Failures').flatMap(([, reason, todo]) => [...words(reason!), ...words(todo!)]);
    expect(listed).toEqual(expect.arrayContaining([...found(/readonly code = '([^']+)'/g)]));
  });

  it('lists every reason for which a step leaves something out', () => {
    const listed = table('Ignored').flatMap(([, reason]) => words(reason!));
    expect(new Set(listed)).toEqual(
      new Set([olderThanKept, collision, beyondFieldLimit, ...ignoredParts, ...reasonsOfDetect, ...reasonsOfAlert]),
    );
  });

  it('lists every reason for which a record is refused', () => {
    const listed = new Set(words(page));
    const refusals = [...found(/RefusedRecordError\(\s*'([^']+)'/g), ...found(/decodeWith\([^()]*'([^']+)'\)/g)];
    expect(refusals.filter((reason) => !listed.has(reason))).toEqual([]);
  });
});

describe('the closed list of counters and gauges', () => {
  it('holds none that nothing counts or sets', () => {
    const counted = found(/\.(?:count|gauge)\(\s*'(\w+)'/g);
    expect(Object.keys({ ...metrics, ...gauges }).filter((name) => !counted.has(name))).toEqual([]);
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
  it('fits into one line of the embedded metric format, which holds 100', () => {
    expect(Object.keys({ ...metrics, ...gauges }).length).toBeLessThanOrEqual(100);
  });

  it('is one that the compiler holds callers to', () => {
    // @ts-expect-error no such counter
    silentTelemetry.count('failure');
    // @ts-expect-error no such dimension
    silentTelemetry.count('given_up', 1, { stage: 'notify' });
    silentTelemetry.count('given_up', 1, { receiver: 'pager' });
    // @ts-expect-error no such gauge
    silentTelemetry.gauge('given_up', 1);
    // @ts-expect-error no such dimension
    silentTelemetry.gauge('stage_age_seconds', 1, { receiver: 'pager' });
    silentTelemetry.gauge('stage_age_seconds', 1, { stage: 'detect' });
  });
});
