import { execFileSync } from 'node:child_process';
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

  it('names no counter that nothing counts, and no dimension that it does not have', () => {
    const named = [...page.matchAll(/^offbeat_sum (\w+)(?: ([\w,]+))?$/gm)].map(([, metric, by]) => ({
      metric: metric!,
      by: by?.split(',') ?? [],
    }));
    expect(named.length).toBeGreaterThan(5);
    const dimensionsOf: Readonly<Record<string, readonly string[]>> = metrics;
    const wrong = named.filter(({ metric, by }) => !by.every((each) => dimensionsOf[metric]?.includes(each)));
    expect(wrong).toEqual([]);
    expect(named.filter(({ metric }) => !(metric in metrics))).toEqual([]);
  });
});

/** The blocks of shell of a text, in order. */
const shellOf = (text: string): string[] => [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
const namesSetBy = (shell: string): string[] =>
  [...shell.matchAll(/(?:^|\s)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!);
const tools = shellOf(/^## Tools$[\s\S]*?(?=^### Alarms)/m.exec(page)![0]);
/** The variables that `aws configure export-credentials` prints. */
const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

describe('the commands of docs/runbook.md', () => {
  it('use no variable that neither the section Tools nor a command before them in their section sets', () => {
    const undefinedIn = page.split(/^## /m).flatMap((section) => {
      const blocks = shellOf(section);
      return blocks.flatMap((block, nth) => {
        const known = new Set([...credentials, ...[...tools, ...blocks.slice(0, nth + 1)].flatMap(namesSetBy)]);
        const used = [...block.matchAll(/\$\{?([A-Z][A-Z_]+)\b(?!:-)/g)].map(([, name]) => name!);
        return used.filter((name) => !known.has(name)).map((name) => `${section.split('\n')[0]}: ${name}`);
      });
    });
    expect(tools.flatMap(namesSetBy).length).toBeGreaterThan(8);
    expect(undefinedIn).toEqual([]);
  });

  it('have no word in capitals in place of a value', () => {
    const placeholders = /(?:\bValue=|\s--[a-z-]+[ \n=])"?([A-Z][A-Z_]+)(?![\w/])/g;
    expect(' --cluster-arn CLUSTER_ARN Name=x,Value=ACCOUNT'.match(placeholders)).toHaveLength(2);
    expect([...page.matchAll(placeholders)].map(([, name]) => name)).toEqual([]);
  });

  it('call functions of Offbeat by names that one function of each deployment has', () => {
    const named = new Set([...page.matchAll(/offbeat_(?:function|logs) ([a-z][a-z-]*)/g)].map(([, name]) => name!));
    expect(named.size).toBeGreaterThan(8);
    for (const deployment of deploymentNames) {
      const ids = [...deployed(deployment).resources]
        .filter(([place, { Type }]) => place.startsWith('Offbeat/') && Type === 'AWS::Lambda::Function')
        .map(([place]) => place.split('/')[1]!);
      const found = [...named].map((name) => [name, ids.filter((id) => id.includes(name.replaceAll('-', ''))).length]);
      const expected = [...named].map((name) => [name, deployment === 'no-warehouse' && name === 'persist' ? 0 : 1]);
      expect(found).toEqual(expected);
    }
  });
});

/** The answers of AWS about a deployment. */
interface Answers {
  readonly cluster?: string;
  readonly domainUrl?: string;
  readonly domain?: string;
}

/** Returns the output of shell that is run after the section Tools. The AWS command line is replaced by the answers. */
function afterTools(shell: string, { cluster = '', domainUrl = '', domain = '' }: Answers): string {
  const aws = `aws() {
    case "$1 $2" in
      'configure export-credentials') echo 'export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b' ;;
      'configure get') echo eu-north-1 ;;
      'sts get-caller-identity') echo 111122223333 ;;
      'cloudformation describe-stacks') echo https://api.example ;;
      'lambda list-event-source-mappings') echo '${cluster}' ;;
      'lambda get-function-configuration') echo '${domainUrl}' ;;
      'cloudformation list-stack-resources') [[ $* != *Domain* ]] || echo '${domain}' ;;
      'kafka list-nodes') printf '1.0\\t2.0\\t3.0\\n' ;;
      'cloudwatch get-metric-statistics') printf '%s\\n' "$@" | grep Value= ;;
      *) echo "unexpected: $*" >&2; return 1 ;;
    esac
  }
  date() { echo now; }`;
  return execFileSync('bash', ['-eu'], { input: [aws, ...tools, shell].join('\n'), encoding: 'utf8', timeout: 10_000 });
}

describe('the section Tools of docs/runbook.md', () => {
  const print = 'printf "%s|" "$CLUSTER_NAME" "$DOMAIN" "$DOMAIN_NAME" "$ACCOUNT" "$AWS_REGION"';
  const cluster = 'arn:aws:kafka:eu-north-1:111122223333:cluster/offbeat/0a1b2c3d-2';

  it('sets the names of a created cluster and domain', () => {
    const domainUrl = 'https://vpc-logs-0a1b.eu-north-1.es.amazonaws.com';
    const shell = `unset AWS_REGION; ${tools.at(1)}${print}`;
    expect(afterTools(shell, { cluster, domainUrl, domain: 'logs' })).toBe(
      `offbeat|${domainUrl}|logs|111122223333|eu-north-1|`,
    );
  });

  it('sets no domain without a warehouse and no cluster of self-managed brokers, and does not fail', () => {
    expect(afterTools(print, {})).toMatch(/^\|\|\|111122223333\|/);
  });

  it('asks for a metric of every broker, by the number that CloudWatch knows it by', () => {
    const asked = afterTools("offbeat_brokers CpuUser Average 60 '-1 hour'", { cluster });
    expect(asked.split('\n').filter((line) => line.startsWith('Name='))).toEqual(
      ['1', '2', '3'].flatMap((id) => ['Name=Cluster Name,Value=offbeat', `Name=Broker ID,Value=${id}`]),
    );
  });
});
