import { readFileSync, writeFileSync } from 'node:fs';
import { createOnlyTable } from '../../docs/tables/create-only.ts';
import { groupsTable } from '../../docs/tables/functions.ts';
import { keptTable } from '../../docs/tables/kept.ts';
import { table, withTables } from '../../docs/tables/markdown.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { type DeploymentName, deploymentNames, type Resource } from '../../test/support/deployment.ts';
import { roomOf } from './capacity.ts';
import { cutsTable } from './cuts.ts';
import { billOfDeployment, loadOf, machinesOf, resourcesOf, seriesOf, settingsOf } from './deployments.ts';
import { expressUsd } from './express.ts';
import { type Machines, machinesIn, ofType } from './machines.ts';
import { dollars, type Part, whole } from './month.ts';
import { kafka, pollers, search } from './standing.ts';

/*
 * The tables of docs/deploy.md: the resources of each deployment of docs/deployments/, counted in its templates, and their
 * cost of a month. `npm run docs` writes them, and a test compares them.
 */

/** The shortest window of a mapping, and the window of docs/scale.md. */
const shortWindowMs = 500;
const longWindowMs = 5_000;

/** Returns the number of series that disks hold, rounded down to thousands. */
const held = (series: number | undefined): string | undefined =>
  series === undefined ? undefined : `${whole(Math.floor(series / 1_000) * 1_000)} series`;

/** Returns every table by the name in its markers. */
export function deploymentTables(): ReadonlyMap<string, string> {
  return new Map([
    ['makes', makesTable()],
    ['month', monthTable()],
    ['cuts', cutsTable()],
    ['groups', groupsTable()],
    ['create-only', createOnlyTable()],
    ['kept', keptTable()],
  ]);
}

function makesTable(): string {
  const all = deploymentNames.map((name) => ({ name, resources: resourcesOf(name) }));
  const row = (what: string, of: (resources: readonly Resource[]) => string | number | undefined) => [
    what,
    ...all.map(({ resources }) => String(of(resources) ?? 'yours')),
  ];
  const made = (what: string, of: (machines: Machines) => string | undefined) =>
    row(what, (resources) => of(machinesIn(resources)));
  const ofWarehouse = (what: string, of: (machines: Machines) => string | undefined) => [
    what,
    ...all.map(({ name, resources }) =>
      settingsOf(name).warehouse === 'none' ? 'none' : (of(machinesIn(resources)) ?? 'yours'),
    ),
  ];
  const count = (what: string, type: string) => row(what, (resources) => ofType(resources, type).length || 'yours');
  const machines = (parts: readonly Part[]) => (parts[0]!.usd === 0 ? 'yours' : parts.map(({ of }) => of).join(', '));
  return table(
    ['', ...deploymentNames],
    [
      row('VPC', (resources) => {
        const subnets = ofType(resources, 'AWS::EC2::Subnet').length;
        return subnets === 0 ? undefined : `${subnets} zones`;
      }),
      made('Kafka', (each) => machines(kafka(each))),
      made('its disks hold', (each) => held(roomOf(each).topics)),
      row(
        'topics',
        (resources) => ofType(resources, 'AWS::MSK::Topic').length || `${Object.keys(topics).length}, by a function`,
      ),
      ofWarehouse('OpenSearch', (each) => machines(search(each))),
      ofWarehouse('its disks hold', (each) => held(roomOf(each).warehouse)),
      count('functions, CDK’s own included', 'AWS::Lambda::Function'),
      count('event source mappings', 'AWS::Lambda::EventSourceMapping'),
      made('pollers', (each) => pollers(each).of),
      count('tables', 'AWS::DynamoDB::Table'),
      count('buckets', 'AWS::S3::Bucket'),
      count('queues', 'AWS::SQS::Queue'),
      count('SNS topics', 'AWS::SNS::Topic'),
      count('keys', 'AWS::KMS::Key'),
      count('alarms', 'AWS::CloudWatch::Alarm'),
    ],
  );
}

function monthTable(): string {
  const bills = deploymentNames.map((name) => billOfDeployment(name));
  const rows = bills[0]!.parts.map(({ name }, at) => [
    name,
    ...bills.map(({ parts }) => `**${dollars(parts[at]!.usd)}** ${parts[at]!.of}`),
  ]);
  const were = (what: string, usdOf: (name: DeploymentName) => number | undefined) => [
    what,
    ...deploymentNames.map((name) => {
      const usd = usdOf(name);
      return usd === undefined ? '–' : dollars(usd);
    }),
  ];
  const heads = deploymentNames.map((name) => `${name}, ${whole(seriesOf[name])} series`);
  return table(
    ['USD a month', ...heads],
    [
      ...rows,
      ['**together**', ...bills.map(({ usd }) => `**${dollars(usd)}**`)],
      were('were the window 500 ms', (name) => billOfDeployment(name, { windowMs: shortWindowMs }).usd),
      were('were the window 5 s', (name) => billOfDeployment(name, { windowMs: longWindowMs }).usd),
      were(
        'were `beats` and `samples` one partition each',
        (name) => billOfDeployment(name, { partitions: { beats: 1, samples: 1 } }).usd,
      ),
      were('were the brokers 3 × express.m7g.large', (name) => expressUsd(machinesOf(name), loadOf(name))),
      ['while nothing is shipped', ...bills.map(({ idleUsd }) => dollars(idleUsd))],
    ],
  );
}

if (import.meta.main) {
  const [document] = process.argv.slice(2);
  const tables = deploymentTables();
  if (document === undefined) for (const [name, text] of tables) console.log(`${name}\n\n${text}\n`);
  else writeFileSync(document, withTables(readFileSync(document, 'utf8'), tables));
}
