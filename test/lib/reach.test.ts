import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FunctionName } from '../../functions/functions.ts';
import { grantAccess } from '../../functions/set-up-warehouse/access.ts';
import { setUpOwnDomain } from '../../functions/set-up-warehouse/own-domain.ts';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import type { SearchServer } from '../../functions/shared/adapters/opensearch/server.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { openEmbedded } from '../../local/embedded.ts';
import { deployed } from '../support/deployment.ts';
import { isLike } from './security-page.ts';

const events = join(import.meta.dirname, '../../events');

/** Every topic that a function appends to for any of its sample events. */
async function sentBy(name: FunctionName): Promise<string[]> {
  const sent = new Set<string>();
  const files = readdirSync(events).filter((file) => file.startsWith(`${name}.`) && file.endsWith('.json'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {} });
    const ends = () => Object.values(topics).map((topic) => embedded.store.broker.endOffset(topic, 0));
    const before = ends();
    await embedded.invoke(name, JSON.parse(readFileSync(join(events, file), 'utf8')));
    ends().forEach((end, nth) => {
      if (end > before[nth]!) sent.add(Object.values(topics)[nth]!);
    });
    await embedded.close();
  }
  return [...sent].sort();
}

const minimal = deployed('minimal');

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Statements of a function's role that allow an action. */
function statements(name: FunctionName, action: string): Statement[] {
  const role = minimal.offbeat.functions.find((each) => each.name === name)!.role!.node.defaultChild;
  const id = minimal.functions.getLogicalId(role as never);
  return Object.values(minimal.template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${id}"`))
    .flatMap(({ Properties }): Statement[] => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes(action));
}

/** Names at the end of the ARNs that an action is allowed on. */
function namesIn(name: FunctionName, action: string): string[] {
  const resources = statements(name, action).map(({ Resource }) => JSON.stringify(Resource));
  return [
    ...new Set(resources.flatMap((text) => [...text.matchAll(/\/(offbeat[\w.-]*)"/g)].map(([, found]) => found!))),
  ].sort();
}

describe('topics that a function may append to', () => {
  it.each(['normalise', 'alert', 'persist', 'api', 'heartbeat', 'self-check'] as const)(
    'are for %s exactly those that it appends to',
    async (name) => {
      const sent = await sentBy(name);
      expect(namesIn(name, 'kafka-cluster:WriteData')).toEqual(name === 'alert' ? [...sent, topics.deadLetters] : sent);
    },
  );

  it('are for detect exactly those that it appends to, and the dead letters', async () => {
    const granted = [...new Set([...(await sentBy('detect')), topics.deadLetters])].sort();
    expect(namesIn('detect', 'kafka-cluster:WriteData')).toEqual(granted);
  });

  it('are for sweep exactly those of the stages whose effects it sends', () => {
    const ofStages = [...namesIn('detect', 'kafka-cluster:WriteData'), ...namesIn('alert', 'kafka-cluster:WriteData')];
    expect(namesIn('sweep', 'kafka-cluster:WriteData')).toEqual([...new Set(ofStages)].sort());
  });

  it.each(['publish', 'notify', 'aggregate', 'look-up-brokers'] as const)('are none for %s', (name) => {
    expect(namesIn(name, 'kafka-cluster:WriteData')).toEqual([]);
  });
});

describe('topics and consumer groups that a function may read with', () => {
  it.each([
    ['normalise', [topics.beats], ['offbeat-normalise']],
    ['detect', [topics.samples], ['offbeat-detect']],
    ['alert', [topics.signals], ['offbeat-alert']],
    ['publish', [topics.alerts], ['offbeat-publish']],
    [
      'persist',
      [topics.alerts, topics.samples, topics.signals, topics.summaries],
      ['offbeat-persist-alerts', 'offbeat-persist-samples', 'offbeat-persist-signals', 'offbeat-persist-summaries'],
    ],
  ] as const)('are for %s what its event sources read', (name, read, groups) => {
    expect(namesIn(name, 'kafka-cluster:ReadData')).toEqual(read);
    expect(namesIn(name, 'kafka-cluster:AlterGroup')).toEqual(groups);
  });

  it('let self-check count the dead letters, which it cannot read', () => {
    const described = namesIn('self-check', 'kafka-cluster:DescribeTopic');
    expect(described).toEqual([topics.beats, topics.deadLetters]);
  });

  it.each(['heartbeat', 'sweep', 'self-check', 'api', 'notify'] as const)('are none for %s', (name) => {
    expect(statements(name, 'kafka-cluster:ReadData')).toEqual([]);
    expect(statements(name, 'kafka-cluster:AlterGroup')).toEqual([]);
  });
});

/** Returns the paths that follow the ARN of the domain. */
const pathsIn = (resource: unknown): string[] =>
  [...JSON.stringify(resource).matchAll(/"\/([^"]+)"/g)].map(([, path]) => path!);

/** Returns the statements of the set-up role, which the state's stack creates, and whose policy the functions' stack has. */
const setUpStatements = (): Statement[] =>
  Object.values(minimal.template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties.PolicyName).includes('SetUpRole'))
    .flatMap(({ Properties }): Statement[] => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().every((action) => action.startsWith('es:')));

describe('paths of the domain that a function may request', () => {
  const pathsOf = (name: FunctionName, action: string): string[] =>
    statements(name, action)
      .flatMap(({ Resource }) => pathsIn(Resource))
      .sort();

  it('allow writes by persist, searches by api and self-check, and both by aggregate', () => {
    const searching = ['offbeat-*/_count', 'offbeat-*/_search'];
    expect(pathsOf('persist', 'es:ESHttpPost')).toEqual(['_bulk', '_mget']);
    expect(pathsOf('api', 'es:ESHttpPost')).toEqual(searching);
    expect(pathsOf('self-check', 'es:ESHttpPost')).toEqual(searching);
    expect(pathsOf('aggregate', 'es:ESHttpPost')).toEqual(['_bulk', '_mget', ...searching]);
  });

  it('are for set-up-warehouse exactly those that a set-up requests', async () => {
    const asked: { readonly action: string; readonly path: string }[] = [];
    const words: Readonly<Record<string, string>> = { GET: 'es:ESHttpGet', PUT: 'es:ESHttpPut', POST: 'es:ESHttpPost' };
    const empty: SearchServer = {
      request: async (method, path) => {
        asked.push({ action: words[method]!, path: path.slice(1).split('?')[0]! });
        if (/settings|audit/.test(path)) return { status: 200, body: {} };
        return method === 'GET' ? { status: 404, body: { error: 'not there' } } : { status: 200, body: {} };
      },
    };
    await setUpWarehouse(empty, Date.parse('2026-11-23T15:00:00Z'));
    await setUpOwnDomain(empty);
    await grantAccess(empty, { writers: ['a'], readers: ['b'], analysts: ['c'] });
    const granted = setUpStatements().flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => ({ action, paths: pathsIn(Resource) })),
    );
    const isGranted = ({ action, path }: (typeof asked)[number]) =>
      granted.some((one) => one.action === action && one.paths.some((pattern) => isLike(pattern, path)));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((one) => !isGranted(one))).toEqual([]);
    const idle = granted
      .flatMap(({ paths }) => paths)
      .filter((pattern) => !asked.some(({ path }) => isLike(pattern, path)));
    expect([...new Set(idle)]).toEqual([]);
  });

  it.each(['normalise', 'detect', 'alert', 'publish', 'notify', 'heartbeat', 'sweep'] as const)(
    'are none for %s',
    (name) => {
      expect(statements(name, 'es:ESHttpGet')).toEqual([]);
    },
  );
});
