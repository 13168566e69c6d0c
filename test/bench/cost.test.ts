import { describe, expect, it } from 'vitest';
import { billOf } from '../../bench/cost/bill.ts';
import { cutsTable } from '../../bench/cost/cuts.ts';
import { billOfDeployment, loadOf, machinesOf } from '../../bench/cost/deployments.ts';
import { expressUsd } from '../../bench/cost/express.ts';
import { everyCustomMetric } from '../../bench/cost/machines.ts';
import { costLines } from '../../bench/cost/print.ts';
import { alarmedMetrics } from '../../lib/constructs/alarmed-metrics.ts';
import { deploymentNames } from '../support/deployment.ts';

describe('npm run cost', () => {
  it('prints the parts of each deployment, and their sum', () => {
    const lines = costLines([]);
    for (const name of deploymentNames) expect(lines.join('\n')).toContain(`${name}, `);
    const { parts, usd } = billOfDeployment('minimal');
    const minimal = costLines(['minimal']);
    expect(minimal.slice(1, 1 + parts.length).map((line) => line.split(/ {2,}/)[0])).toEqual(
      parts.map(({ name }) => name),
    );
    expect(minimal.find((line) => line.startsWith('together'))).toContain(usd.toFixed(2));
  });

  it('prints the cost of another number of series', () => {
    expect(costLines(['minimal', '--series', '2000'])[0]).toBe('minimal, 2,000 series, US dollars a month');
    const sum = (series: string) => costLines(['minimal', '--series', series]).find((line) => /^together/.test(line));
    expect(sum('2000')).not.toBe(sum('1000'));
  });

  it('names what is too small for a number of series, and nothing for the usual one', () => {
    const misfits = (...args: string[]) => costLines(args).filter((line) => line.startsWith('does not fit: '));
    expect(misfits()).toEqual([]);
    expect(misfits('minimal', '--series', '4000')).toEqual([
      'does not fit: the disks of the warehouse hold 2,971 series',
    ]);
    const [line] = misfits('minimal', '--series', '1000000');
    expect(line).toMatch(/the disks of the brokers hold 4,154 series; the disks of the warehouse hold 2,971 series/);
    expect(line).toMatch(/; beats has 1 partition and needs \d+; samples has 1 partition and needs \d+$/);
    // The brokers and the warehouse are the user's; the partitions are not.
    expect(misfits('bring-your-own', '--series', '1000000')).toEqual([
      expect.stringMatching(/^does not fit: (beats|samples) has/),
    ]);
    expect(misfits('no-warehouse', '--series', '4000')).toEqual([]);
  });

  it.each([
    [['maximal'], 'no deployment "maximal"; expected one of minimal, no-warehouse, production'],
    [['--series', 'many'], '--series: expected a whole number, got "many"'],
    [
      ['--series', '1000001'],
      '--series: expected at most 1,000,000, the largest scale of docs/scale.md, got "1000001"',
    ],
    [['--series', '9'.repeat(30)], '--series: expected at most 1,000,000'],
    [['--serie', '1'], /usage: npm run cost -- \[DEPLOYMENT\] \[--series N\]/],
  ])('refuses %j', (args, message) => {
    expect(() => costLines(args)).toThrow(message);
  });
});

describe('the one model', () => {
  it('counts the custom metrics that functions write: those that alarms read with minimal, all with production', () => {
    expect(machinesOf('minimal').customMetrics).toBe(alarmedMetrics(true).length);
    expect(machinesOf('production').customMetrics).toBe(everyCustomMetric());
  });

  it('counts heartbeats and the ledger even where nothing is shipped', () => {
    const idle = billOfDeployment('minimal', { series: 0 });
    for (const name of ['heartbeats', 'DynamoDB', 'Lambda']) {
      expect(idle.parts.find((part) => part.name === name)!.usd, name).toBeGreaterThan(0.5);
    }
    expect(idle.usd).toBeCloseTo(idle.idleUsd, 6);
  });

  it('is less for each cut of the minimal deployment', () => {
    const saved = [...cutsTable().matchAll(/\| \$(-?[\d.]+) +\|/g)].map(([, usd]) => Number(usd));
    expect(saved.length).toBeGreaterThan(5);
    for (const usd of saved) expect(usd).toBeGreaterThan(0.5);
  });

  it('has Express brokers for three zones alone, billed by what is written and stored', () => {
    expect(expressUsd(machinesOf('minimal'), loadOf('minimal'))).toBeUndefined();
    const [machines, load] = [machinesOf('production'), loadOf('production')];
    const { kafka: _, ...others } = machines;
    const ofBrokers = expressUsd(machines, load)! - billOf(others, load).usd;
    // Three at $0.408 for 730 hours, and what is written and stored.
    expect(ofBrokers).toBeGreaterThan(3 * 0.408 * 730);
    expect(expressUsd(machines, { ...load, series: 2 * load.series })!).toBeGreaterThan(expressUsd(machines, load)!);
  });
});
