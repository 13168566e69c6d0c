import { describe, expect, it } from 'vitest';
import { functions, ledgerStages } from '../../functions/functions.ts';
import { powertoolsTelemetry } from '../../functions/shared/handler/telemetry.ts';
import { writtenMetrics } from '../../functions/shared/handler/written-metrics.ts';
import { gauges, metrics } from '../../functions/shared/ports/telemetry.ts';
import { alarmedMetrics } from '../../lib/constructs/alarmed-metrics.ts';
import {
  type DeploymentName,
  deployed,
  deploymentNames,
  ofType,
  type Synthesised,
  synthesise,
} from '../support/deployment.ts';

const sizes = ['minimal', 'production'] as const;

const hasWarehouse = (name: DeploymentName): boolean => name !== 'no-warehouse';

/** Returns the environment of each function that has one with metrics, by its description's name. */
function environments(deployment: Synthesised): Readonly<Record<string, string>>[] {
  return ofType(deployment, 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties.Environment?.Variables ?? {})
    .filter((variables) => 'OFFBEAT_METRICS' in variables);
}

/** A metric of CloudWatch, as text: its name, and the values of its dimensions in order of their names. */
const textOf = (name: string, dimensions: readonly (readonly [string, string])[]): string =>
  [name, ...dimensions.map(([dimension, value]) => `${dimension}=${value}`).sort()].join(' ');

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** Returns the metrics that CloudWatch makes of lines, as texts. All of them are in one namespace. */
function metricsOf(lines: readonly Record<string, unknown>[], namespace = 'Offbeat'): Set<string> {
  return new Set(
    lines.flatMap((line) => {
      const { CloudWatchMetrics: directives = [] } = (line._aws ?? {}) as { CloudWatchMetrics?: readonly Directive[] };
      return directives.flatMap(({ Namespace, Dimensions, Metrics }) => {
        expect(Namespace).toBe(namespace);
        return Dimensions.flatMap((names) =>
          Metrics.map(({ Name }) =>
            textOf(
              Name,
              names.map((name) => [name, String(line[name])]),
            ),
          ),
        );
      });
    }),
  );
}

/** Counts every counter and sets every gauge with telling values of their dimensions, and returns the lines. */
function everythingCounted(env: Readonly<Record<string, string>>): Record<string, unknown>[] {
  const lines: string[] = [];
  const written = writtenMetrics(env);
  const telemetry = powertoolsTelemetry({ service: 'detect', write: (line) => lines.push(line), written });
  const reasons = new Set([
    'UNAVAILABLE',
    ...alarmedMetrics(true).flatMap(({ dimensions }) => dimensions.reason ?? []),
  ]);
  const values: Readonly<Record<string, readonly string[]>> = { stage: Object.keys(functions), reason: [...reasons] };
  for (const [name, dimensions] of Object.entries({ ...metrics, ...gauges })) {
    const sets = dimensions.reduce<Record<string, string>[]>(
      (all, dimension) =>
        all.flatMap((set) => (values[dimension] ?? ['some']).map((value) => ({ ...set, [dimension]: value }))),
      [{}],
    );
    for (const set of sets) {
      if (name in gauges) telemetry.gauge(name as 'stage_age_seconds', 1, set as { stage: string });
      else telemetry.count(name as 'failures', 1, set as { stage: string; reason: string });
    }
  }
  telemetry.flush();
  return lines.map((line) => JSON.parse(line));
}

/** Returns Offbeat's own metrics that the alarms of a deployment read, as texts. */
function readByAlarms(deployment: Synthesised, namespace = 'Offbeat'): string[] {
  return ofType(deployment, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) => {
    // No expression reads them: which metrics it would read is not derived.
    expect(JSON.stringify(Properties.Metrics ?? [])).not.toMatch(/"Namespace":"Offbeat|SCHEMA/);
    if (!/^Offbeat/.test(Properties.Namespace)) return [];
    expect(Properties.Namespace).toBe(namespace);
    const dimensions: readonly { Name: string; Value: string }[] = Properties.Dimensions ?? [];
    return [
      textOf(
        Properties.MetricName,
        dimensions.map(({ Name, Value }) => [Name, Value]),
      ),
    ];
  });
}

/** Returns Offbeat's own metrics on the dashboard, as texts: `["Offbeat", NAME, DIMENSION, VALUE, …, {options}]`. */
function readByDashboard(deployment: Synthesised, namespace = 'Offbeat'): string[] {
  const [, { Properties }] = ofType(deployment, 'AWS::CloudWatch::Dashboard')[0]!;
  const text = JSON.stringify(Properties.DashboardBody).replaceAll('\\"', '"');
  return [...text.matchAll(/\["(Offbeat(?:\/[^"]*)?)","(\w+)"((?:,"[^"]*")*)/g)].map(([, found, metric, rest]) => {
    expect(found).toBe(namespace);
    const words = [...rest!.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
    return textOf(
      metric!,
      words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]!] as const] : [])),
    );
  });
}

describe.each(sizes)('the metrics of the size %s', (size) => {
  const [env, ...others] = environments(deployed(size));

  it('are the same for all functions', () => {
    expect(others.length).toBeGreaterThan(5);
    for (const other of others) expect(writtenMetrics(other)).toEqual(writtenMetrics(env!));
  });

  it('contain each metric of an alarm or the dashboard, by the lines that functions write', () => {
    const written = metricsOf(everythingCounted(env!));
    const read = [...readByAlarms(deployed(size)), ...readByDashboard(deployed(size))];
    expect(read.length).toBeGreaterThan(10);
    expect(read.filter((each) => !written.has(each))).toEqual([]);
  });
});

describe('the metrics of two deployments in one account', () => {
  const settings = (size: string) => `deployment: { size: ${size}, prefix: team-a }`;
  const cases = [
    ['minimal with a prefix', 'Offbeat/team-a', () => synthesise(settings('minimal'))],
    ['production with a prefix', 'Offbeat/team-a', () => synthesise(settings('production'))],
    ['stacks of another name', 'Offbeat/offbeat2', () => synthesise('deployment: {}', undefined, 'Offbeat2')],
  ] as const;

  it.each(cases)('are in a namespace of their own: %s writes, alarms and shows those of %s', (_, namespace, make) => {
    const deployment = make();
    const written = metricsOf(everythingCounted(environments(deployment)[0]!), namespace);
    const [alarms, dashboard] = [readByAlarms(deployment, namespace), readByDashboard(deployment, namespace)];
    expect(alarms.length).toBeGreaterThan(5);
    expect(dashboard.length).toBeGreaterThan(3);
    expect([...alarms, ...dashboard].filter((each) => !written.has(each))).toEqual([]);
    for (const env of environments(deployment)) expect(writtenMetrics(env).namespace).toBe(namespace);
  });
});

describe('the metrics that alarms read', () => {
  it.each(deploymentNames)('are in the alarms of %s, each of them', (name) => {
    const listed = alarmedMetrics(hasWarehouse(name)).map((each) => textOf(each.name, Object.entries(each.dimensions)));
    expect(new Set(readByAlarms(deployed(name)))).toEqual(new Set(listed));
  });

  it('are all that the size minimal writes, whatever is counted: fifteen at most', () => {
    const written = metricsOf(everythingCounted(environments(deployed('minimal'))[0]!));
    expect(written.size).toBe(alarmedMetrics(true).length);
    expect(written.size).toBeLessThanOrEqual(15);
  });

  it('have a gauge for each stage with ledger items', () => {
    const stages = alarmedMetrics(true).flatMap(({ name, dimensions: { stage } }) =>
      name === 'stage_age_seconds' ? [stage] : [],
    );
    expect(stages.sort()).toEqual([...ledgerStages].sort());
  });
});

describe('the log', () => {
  it('has the same counters, dimensions and values with either choice', () => {
    const without = ({ _aws, ...values }: Record<string, unknown>) => values;
    const [alarmed, all] = sizes.map((size) => everythingCounted(environments(deployed(size))[0]!).map(without));
    expect(alarmed).toEqual(all);
    const failures = alarmed!.filter((line) => 'failures' in line);
    expect(failures[0]).toMatchObject({ failures: 1, stage: expect.any(String), reason: expect.any(String) });
  });
});
