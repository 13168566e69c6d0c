import { App, Stack } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { describe, expect, it } from 'vitest';
import { type FunctionName, functionNames, functions } from '../../../functions/functions.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { Offbeat } from '../../../lib/index.ts';
import { deployed, deploymentNames, synthesise } from '../../support/deployment.ts';
import { type DeployOptions, deploy, destroy, emptyAccount, remnants } from './account.ts';
import { link } from './linked.ts';
import { fixedName, resourceTypes } from './resource-types.ts';
import { dependentsOf, type ResourceDeclaration, readTemplate, type StackTemplate } from './template.ts';
import { type Flow, writesOf } from './writers.ts';

/*
 * The templates of every deployment, and of an app with all of Offbeat in one stack, before the interpreter: what a first
 * deployment leaves that fails at any of their resources, and what becomes of data afterwards.
 */

const functionOf = ({ properties }: ResourceDeclaration): FunctionName | undefined =>
  functionNames.find((name) => properties.Description === `Offbeat: ${functions[name].description}`);

/** The sweep sends what transactions left pending, so it appends nothing before a stage has written. */
const isFirstHand = (name: FunctionName): boolean => !functions[name].needs.includes('ledger.collect');

const flow: Flow = {
  entries: [topics.beats],
  appendsTo(lambda) {
    const name = functionOf(lambda);
    return name !== undefined && isFirstHand(name) ? functions[name].appendsTo : [];
  },
};
const optionsOf = (templates: readonly StackTemplate[]): DeployOptions => ({ writes: writesOf(templates, flow) });

function templatesOf(app: App, stacks: readonly Stack[]): readonly StackTemplate[] {
  const assembly = app.synth();
  return stacks.map(({ stackName, artifactId, terminationProtection = false }) =>
    readTemplate(stackName, terminationProtection, assembly.getStackArtifact(artifactId).template),
  );
}

function ownApp(): readonly StackTemplate[] {
  const app = new App({ context: { [BUNDLING_STACKS]: [] } });
  const stack = new Stack(app, 'Mine');
  new Offbeat(stack, 'Offbeat');
  return templatesOf(app, [stack]);
}

function withSettings(settings: string): readonly StackTemplate[] {
  const { app, stacks } = synthesise(settings);
  return templatesOf(app, stacks);
}

const cases: readonly (readonly [string, readonly StackTemplate[]])[] = [
  ...deploymentNames.map((name) => [name, templatesOf(deployed(name).app, deployed(name).stacks)] as const),
  ['an app with everything in one stack', ownApp()],
  ['minimal with NAT, and without keeping data', withSettings('deployment: { egress: nat, keepData: false }')],
];

const declared = (templates: readonly StackTemplate[], path: string): ResourceDeclaration => {
  const [name, id] = path.split('/');
  return templates.find((each) => each.name === name)!.resources.get(id!)!;
};
const dataAmong = (templates: readonly StackTemplate[], paths: readonly string[]): readonly string[] =>
  paths.filter((path) => resourceTypes[declared(templates, path).type]!.hasData);
const billedAmong = (templates: readonly StackTemplate[], paths: readonly string[]): readonly string[] =>
  paths.filter((path) => resourceTypes[declared(templates, path).type]!.isBilled);

describe.each(cases)('%s', (_, templates) => {
  const options = optionsOf(templates);
  const all = templates.flatMap(({ name: stack, resources }) => [...resources.keys()].map((id) => ({ stack, id })));
  const whole = deploy(emptyAccount, templates, options);

  it('is created by a first deployment, and not changed by a second', () => {
    expect(whole.problem).toBeUndefined();
    expect(deploy(whole.account, templates, options)).toEqual(whole);
  });

  it('leaves nothing in the stack that fails, wherever it fails, and the next deployment completes', () => {
    const findings = all.flatMap((failing) => {
      const failed = deploy(emptyAccount, templates, { ...options, failing });
      const again = deploy(failed.account, templates, options);
      const expected = `${failing.stack}/${failing.id}: failed`;
      return [
        ...(failed.problem === expected ? [] : [failed.problem]),
        ...remnants(failed.account).map((left) => `${expected}, ${left} stays`),
        ...(again.problem === undefined ? [] : [`${expected}, then ${again.problem}`]),
      ];
    });
    expect(all.length).toBeGreaterThan(100);
    expect(findings).toEqual([]);
  });

  it('keeps the stacks that were complete when a later one fails', () => {
    for (const [nth, { name: stack, resources }] of templates.entries()) {
      const [id] = resources.keys();
      const { account } = deploy(emptyAccount, templates, { ...options, failing: { stack, id: id! } });
      const complete = [...account.stacks.values()].filter(({ status }) => status === 'complete');
      expect(complete.map(({ template }) => template)).toEqual(templates.slice(0, nth));
    }
  });

  it('is as before when an update that replaces a resource fails', () => {
    // As with a release that replaces one resource, the new one of which fails.
    for (const failing of all) {
      const replaced = new Set([`${failing.stack}/${failing.id}`]);
      const isNamed = fixedName(declared(templates, [...replaced][0]!)) !== undefined;
      const outcome = deploy(whole.account, templates, { ...options, failing, replaced });
      if (!isNamed) expect(outcome.problem).toBe(`${failing.stack}/${failing.id}: failed`);
      expect(outcome.account).toEqual(whole.account);
    }
  });
});

describe('data', () => {
  it.each(cases.slice(0, -1))('of %s stays when an update replaces it, or the stacks are destroyed', (_, templates) => {
    const options = optionsOf(templates);
    const { account } = deploy(emptyAccount, templates, options);
    const all = templates.flatMap(({ name, resources }) => [...resources.keys()].map((id) => `${name}/${id}`));
    const data = dataAmong(templates, all).filter((path) => declared(templates, path).deletionPolicy !== 'Delete');
    expect(data.length).toBeGreaterThan(2);
    const { deleted } = deploy(account, templates, { ...options, replaced: new Set(data) });
    expect(dataAmong(templates, deleted)).toEqual([]);
    const destroyed = destroy(account, templates);
    expect(destroyed.problem).toBeUndefined();
    expect([...remnants(destroyed.account)].sort()).toEqual([...data, ...placesOf(templates, data)].sort());
    expect(deploy(destroyed.account, templates, options).problem).toBeUndefined();
  });

  it.each(cases)('of %s keeps the keys that it is encrypted with', (_, templates) => {
    const { resources, uses, at } = link(templates);
    const kept = resources.filter(({ deletionPolicy }) => deletionPolicy !== 'Delete');
    const keys = kept.flatMap((each) =>
      [...uses(each, each.properties)].filter((path) => at(path)!.type === 'AWS::KMS::Key'),
    );
    expect(keys.filter((path) => at(path)!.deletionPolicy === 'Delete')).toEqual([]);
  });

  it('would leave the network undeletable if it were kept alone', () => {
    const templates = templatesOf(deployed('minimal').app, deployed('minimal').stacks);
    const careless = templates.map((template) => ({
      ...template,
      resources: new Map(
        [...template.resources].map(([id, each]) => [
          id,
          placeTypes.has(each.type) ? { ...each, deletionPolicy: 'Delete' as const } : each,
        ]),
      ),
    }));
    const { account } = deploy(emptyAccount, careless, optionsOf(careless));
    const { problem, account: after } = destroy(account, careless);
    expect(problem).toMatch(/NetworkBrokers\w+ cannot be deleted: Offbeat-DataHub\/DataHubCluster\w+ uses it/);
    expect(problem).toMatch(/NetworkDomain\w+ cannot be deleted: Offbeat-State\/WarehouseDomain\w+ uses it/);
    expect(after.stacks.get('Offbeat-Network')?.status).toBe('DELETE_FAILED');
    expect(deploy(after, careless, optionsOf(careless)).problem).toBe(
      'Offbeat-Network: it is DELETE_FAILED, and cannot be updated',
    );
  });
});

const placeTypes = new Set(['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup']);

/** Returns the network that the data is in: what it refers to, and the VPC of that. */
function placesOf(templates: readonly StackTemplate[], data: readonly string[]): ReadonlySet<string> {
  const { at, uses } = link(templates);
  const places = new Set<string>();
  for (const path of data) {
    const used = uses(at(path)!, at(path)!.properties);
    for (const place of [...used].filter((each) => placeTypes.has(at(each)!.type))) {
      places.add(place);
      for (const around of uses(at(place)!, at(place)!.properties)) {
        if (placeTypes.has(at(around)!.type)) places.add(around);
      }
    }
  }
  return places;
}

describe('a roll-back that fails', () => {
  it.each(cases.slice(0, -1))(
    'to delete data of %s: the next deployment completes, and leaves that alone',
    (_, all) => {
      const options = optionsOf(all);
      let tried = 0;
      for (const template of all) {
        const { name: stack } = template;
        for (const { id } of [...template.resources.values()].filter((each) => each.deletionPolicy !== 'Delete')) {
          const path = `${stack}/${id}`;
          const after = dependentsOf(template, id);
          // A resource that does not need it fails after it, so that it exists when the roll-back begins.
          const failing = [...template.resources.keys()].findLast((each) => each !== id && !after.has(each))!;
          const undeletable = new Set([path]);
          const failed = deploy(emptyAccount, all, { ...options, undeletable, failing: { stack, id: failing } });
          if (dependentsOf(template, failing).has(id)) continue;
          tried += 1;
          expect(failed.account.stacks.get(stack)?.status).toBe('ROLLBACK_FAILED');
          const again = deploy(failed.account, all, options);
          expect(again.problem).toBeUndefined();
          // What it needs is deleted with the stack, unless it is data or its place too.
          const left = remnants(again.account);
          expect(left).toContain(path);
          expect(left.filter((each) => declared(all, each).deletionPolicy === 'Delete')).toEqual([]);
        }
      }
      expect(tried).toBeGreaterThan(2);
    },
  );
});

describe('a bucket', () => {
  it.each(cases)('of %s is written to by nobody before its stack is complete, and afterwards', (_, templates) => {
    const { writes } = optionsOf(templates);
    const paths = ({ name, resources }: StackTemplate): string[] => [...resources.keys()].map((id) => `${name}/${id}`);
    const buckets = templates.flatMap((template) =>
      [...template.resources.values()].flatMap(({ id, type }) =>
        type === 'AWS::S3::Bucket' ? [{ template, path: `${template.name}/${id}` }] : [],
      ),
    );
    expect(buckets.length).toBeGreaterThan(0);
    for (const { template, path } of buckets) {
      const before = templates.slice(0, templates.indexOf(template)).flatMap(paths);
      for (const id of template.resources.keys()) {
        const missing = new Set([id, ...dependentsOf(template, id)].map((each) => `${template.name}/${each}`));
        const existing = new Set([...before, ...paths(template)]).difference(missing);
        expect(writes(existing), `without ${id}`).not.toContain(path);
      }
      expect(writes(new Set(templates.flatMap(paths)))).toContain(path);
    }
  });
});

describe('keepData: false', () => {
  const templates = cases.at(-1)![1];
  const options = optionsOf(templates);

  it('leaves nothing when the stacks are destroyed, and the next deployment completes', () => {
    const { account } = deploy(emptyAccount, templates, options);
    const destroyed = destroy(account, templates);
    expect(destroyed.problem).toBeUndefined();
    expect(billedAmong(templates, remnants(destroyed.account))).toEqual([]);
    expect(remnants(destroyed.account)).toEqual([]);
    expect(deploy(destroyed.account, templates, options).problem).toBeUndefined();
  });
});

describe('the stack of functions', () => {
  it.each(deploymentNames)('of %s can be destroyed alone and deployed again', (name) => {
    const templates = templatesOf(deployed(name).app, deployed(name).stacks);
    const own = templates.at(-1)!;
    const options = optionsOf(templates);
    const { account } = deploy(emptyAccount, templates, options);
    const destroyed = destroy(account, [own]);
    expect(destroyed.problem).toBeUndefined();
    expect(deploy(destroyed.account, templates, options).problem).toBeUndefined();
  });
});

describe('protected: true', () => {
  it('refuses to destroy the stacks that keep something, and was in the way of a first deployment that fails', () => {
    const templates = withSettings('deployment: { protected: true }');
    const options = optionsOf(templates);
    const { account } = deploy(emptyAccount, templates, options);
    expect(destroy(account, templates).problem).toBe('Offbeat-State: the stack has termination protection');
    const [failing] = templates.flatMap(({ name: stack, resources }) =>
      [...resources.values()].flatMap(({ id, type }) =>
        type === 'AWS::OpenSearchService::Domain' ? [{ stack, id }] : [],
      ),
    );
    const failed = deploy(emptyAccount, templates, { ...options, failing: failing! });
    expect(remnants(failed.account).length).toBeGreaterThan(0);
    expect(deploy(failed.account, templates, options).problem).toContain('protection');
  });

  it('can be set after the first deployment', () => {
    const [open, shut] = ['deployment: {}', 'deployment: { protected: true }'].map(withSettings);
    const { account } = deploy(emptyAccount, open!, optionsOf(open!));
    expect(deploy(account, shut!, optionsOf(shut!))).toMatchObject({ deleted: [] });
  });
});

describe('the order of creation', () => {
  it('is what keeps the bucket empty: with the mapping of beats earlier, an alarm that fails leaves it', () => {
    const [template] = ownApp() as [StackTemplate];
    const resources = [...template.resources.values()].map((each) => {
      const isBeats = JSON.stringify(each.properties.Topics) === `["${topics.beats}"]`;
      const dependsOn = [...each.dependsOn].filter(
        (id) => template.resources.get(id)!.type !== 'AWS::CloudWatch::Alarm',
      );
      return [each.id, isBeats ? { ...each, dependsOn: new Set(dependsOn) } : each] as const;
    });
    const earlier = { ...template, resources: new Map(resources) };
    const [alarm] = [...template.resources.values()].filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    const failing = { stack: template.name, id: alarm!.id };
    const options = optionsOf([template]);
    const left = remnants(deploy(emptyAccount, [earlier], { ...options, failing }).account);
    expect(left.map((path) => declared([template], path).type)).toContain('AWS::S3::Bucket');
    expect(remnants(deploy(emptyAccount, [template], { ...options, failing }).account)).toEqual([]);
  });
});
