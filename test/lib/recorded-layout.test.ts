import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Annotations, App, Stack, type StackProps } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import { type PartitionCounts, partitionsDefault } from '../../functions/shared/log/topics.ts';
import { deploy } from '../../lib/deploy.ts';
import { Ledger, Network, Offbeat, type OffbeatProps, recordLayout } from '../../lib/index.ts';
import { deploymentNames, freshPath, settingsFileOf, synthesise } from '../support/deployment.ts';

const run = promisify(execFile);

function withCredentials(account = '111122223333', region = 'eu-north-1'): void {
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', account);
  vi.stubEnv('CDK_DEFAULT_REGION', region);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Synthesises settings with zones of a region, as `cdk synth` does. @param keys of `deployment` */
async function synth(keys: string, file: string, region = 'eu-north-1'): Promise<void> {
  synthesise(`deployment: { zones: [${region}a, ${region}b], ${keys} }`, file);
  await recordIsWritten();
}

/** The record is written after all validations, once the synth has returned. */
const recordIsWritten = (): Promise<void> => Promise.resolve();

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('partitions', () => {
  it('are recorded at the first synth with credentials, and cannot change later', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    await synth('partitions: { samples: 8 }', file);
    expect(read(file)['111122223333/eu-north-1/Offbeat'].partitions['offbeat.samples']).toBe(8);
    await synth('partitions: { samples: 8 }', file);
    await expect(synth('', file)).rejects.toThrow(
      /^deployment\.partitions\.samples: created with 8, now 1\. .* Set deployment\.partitions: \{ samples: 8 \}, or, .* delete "111122223333\/eu-north-1\/Offbeat"/,
    );
  });

  it('that follow from the size are named together, with the size as the remedy', () => {
    withCredentials();
    const file = freshPath('layout.json');
    const brokers = "kafka: { brokers: ['kafka.example.com:9092'], login: none }, egress: nat";
    const zones = 'zones: [eu-north-1a, eu-north-1b, eu-north-1c]';
    const refused = (recorded: PartitionCounts, settings: string, message: string) => {
      writeFileSync(file, JSON.stringify({ '111122223333/eu-north-1/Offbeat': { partitions: recorded } }));
      expect(() => synthesise(`deployment: { ${settings}, ${zones} }`, file)).toThrow(message);
    };
    refused(
      partitionsDefault,
      `size: production, ${brokers}`,
      'deployment.partitions.beats: created with 1, now 4; deployment.partitions.samples: created with 1, now 10; ' +
        'deployment.partitions.summaries: created with 1, now 10. The number is fixed for the life of a topic. deployment.size: ' +
        'production has these. Go back to size: minimal, or set deployment.partitions: { beats: 1, samples: 1, summaries: 1 }, or, if',
    );
    const production = { ...partitionsDefault, 'offbeat.beats': 4, 'offbeat.samples': 10, 'offbeat.summaries': 10 };
    refused(production, 'size: minimal', 'deployment.size: minimal has these. Go back to size: production, or, if it');
  });

  it('may differ in another account or region', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    await synth('partitions: { samples: 8 }', file);
    withCredentials('111122223333', 'eu-west-1');
    await synth('', file, 'eu-west-1');
    withCredentials('444455556666');
    await synth('', file);
    expect(Object.keys(read(file))).toHaveLength(3);
  });

  it('are neither recorded nor compared by a synth without credentials, for which cdk sets a region alone', async () => {
    const file = freshPath('layout.json');
    withCredentials('', 'us-east-1');
    await synth('', file);
    expect(existsSync(file)).toBe(false);
    withCredentials();
    await synth('partitions: { samples: 8 }', file);
    withCredentials('', 'us-east-1');
    await synth('', file);
  });
});

describe('the files of docs/deployments/', () => {
  it('synthesise one after the other in one folder, without credentials', async () => {
    const file = freshPath('layout.json');
    for (const name of deploymentNames) {
      expect(() => synthesise(readFileSync(settingsFileOf(name), 'utf8'), file)).not.toThrow();
    }
    await recordIsWritten();
    expect(existsSync(file)).toBe(false);
  });
});

describe('recordLayout', () => {
  const newApp = () => new App({ outdir: freshPath('out'), context: { ...cdk.context, [BUNDLING_STACKS]: [] } });
  const newStack = (app = newApp(), props: StackProps = {}) => new Stack(app, 'Alerting', props);

  /** Synthesises an app of one's own. */
  async function build(file: string, props: OffbeatProps = {}, amend: (stack: Stack) => void = () => {}) {
    const stack = newStack();
    new Offbeat(stack, 'Offbeat', props);
    recordLayout(file, 'Alerting', stack);
    amend(stack);
    (stack.node.root as App).synth();
    await recordIsWritten();
  }

  it('adds a topic of a later release to the recorded ones', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    const { 'offbeat.alerts': _, ...earlier } = partitionsDefault;
    await build(file);
    const { resources } = read(file)['111122223333/eu-north-1/Alerting'];
    const before = { '111122223333/eu-north-1/Alerting': { partitions: earlier, resources } };
    writeFileSync(file, JSON.stringify(before));
    await build(file);
    expect(read(file)['111122223333/eu-north-1/Alerting'].partitions).toEqual(partitionsDefault);
  });

  it('refuses other partitions than the recorded ones', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    await build(file);
    const partitions = { ...partitionsDefault, 'offbeat.samples': 2 };
    await expect(build(file, { partitions })).rejects.toThrow(
      'partitions of offbeat.samples: created with 1, now 2. The number is fixed for the life of a topic. Go back to partitions: {"offbeat.samples":1}, or',
    );
  });

  it('refuses another prefix than the recorded one, whoever creates the topics', () => {
    withCredentials();
    const file = freshPath('layout.json');
    writeFileSync(file, JSON.stringify({ '111122223333/eu-north-1/Alerting': { prefix: 'team-a' } }));
    const stack = newStack();
    const [network, kafka] = [new Network(stack, 'Network'), { brokers: ['kafka.example.com:9092'] }];
    new Offbeat(stack, 'Offbeat', { network, kafka, prefix: 'team-b' });
    expect(() => recordLayout(file, 'Alerting', stack)).toThrow(
      'prefix: created with team-a, now team-b; it is fixed for the life of the topics. Go back to team-a, or, if it',
    );
  });

  it('records for the account and region of the stack, whatever the credentials are, or without any', async () => {
    const file = freshPath('layout.json');
    const env = { account: '444455556666', region: 'eu-west-1' };
    const record = async (name: string, options: StackProps) => {
      const stack = newStack(undefined, options);
      new Ledger(stack, 'Ledger');
      recordLayout(file, name, stack);
      (stack.node.root as App).synth();
      await recordIsWritten();
    };
    await record('Without', { env });
    withCredentials();
    await record('With', { env });
    await record('Half', { env: { region: 'eu-west-1' } });
    await record('Open', {});
    expect(Object.keys(read(file))).toEqual([
      '444455556666/eu-west-1/Without',
      '444455556666/eu-west-1/With',
      '111122223333/eu-west-1/Half',
      '111122223333/eu-north-1/Open',
    ]);
  });

  it('refuses stacks of one deployment in two regions', () => {
    withCredentials();
    const app = new App();
    const stacks = ['eu-west-1', 'eu-north-1'].map((region) => new Stack(app, region, { env: { region } }));
    for (const stack of stacks) new Ledger(stack, 'Ledger');
    expect(() => recordLayout(freshPath('layout.json'), 'Alerting', ...stacks)).toThrow(
      'the stacks of one deployment are in 111122223333/eu-west-1 and 111122223333/eu-north-1; give all of them the same env',
    );
  });

  it('records nothing of a synth that cdk deploy refuses for an annotation, with the context of this clone or without', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    const amended = build(file, undefined, (stack) => Annotations.of(stack).addError('not on Sundays'));
    await expect(amended).rejects.toThrow('not on Sundays');
    const plain = newStack(new App({ outdir: freshPath('out'), context: { [BUNDLING_STACKS]: [] } }));
    new Ledger(plain, 'Ledger');
    recordLayout(file, 'Alerting', plain);
    Annotations.of(plain).addError('not on Sundays');
    (plain.node.root as App).synth();
    await recordIsWritten();
    expect(existsSync(file)).toBe(false);
  });

  it('fails a synth whose record cannot be written, in one line with the file and the remedy', async () => {
    const file = join(freshPath('folder'), 'layout.json');
    const modules = (path: string) => JSON.stringify(import.meta.resolve(path));
    const program = `
      import { App, Stack } from ${modules('aws-cdk-lib')};
      import { Ledger, recordLayout } from ${modules('../../lib/index.ts')};
      const stack = new Stack(new App({ outdir: process.argv[1] }), 'Alerting');
      new Ledger(stack, 'Ledger');
      recordLayout(process.argv[2], 'Alerting', stack);
      stack.node.root.synth();`;
    const env = { ...process.env, CDK_DEFAULT_ACCOUNT: '111122223333', CDK_DEFAULT_REGION: 'eu-north-1' };
    const args = ['--input-type=module', '--eval', program, freshPath('out'), file];
    const { code, stderr } = await run(process.execPath, args, { env }).catch((error) => error);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `offbeat: ${file}.lock: cannot be written (ENOENT); make room, and its folder one that you may write to\n`,
    );
    expect(stderr).not.toContain('    at ');
  });

  it('refuses constructs of which nothing would be recorded, such as a stack that is still empty', () => {
    expect(() => recordLayout(freshPath('layout.json'), 'Alerting', newStack())).toThrow(
      'recordLayout: the constructs of "Alerting" have nothing to record; call it with their stacks, after everything was created',
    );
  });

  it('refuses two deployments under one name', () => {
    const stack = newStack();
    for (const id of ['One', 'Two']) new Offbeat(stack, id, { prefix: id.toLowerCase() });
    expect(() => recordLayout(freshPath('layout.json'), 'Alerting', stack)).toThrow(
      'recordLayout: Alerting/One and Alerting/Two are both of "Alerting"; record each under a name of its own',
    );
  });
});

describe('a synth without settings', () => {
  it('records nothing, demands nothing and cannot be deployed, because cdk bootstrap synthesises before there are settings', async () => {
    withCredentials('111122223333', 'us-east-1');
    const file = freshPath('layout.json');
    const app = new App({ outdir: freshPath('out'), context: { [BUNDLING_STACKS]: [] } });
    const { network } = deploy(app, { layoutFile: file });
    const { messages } = app.synth().getStackArtifact(network.artifactId);
    expect(messages.map(({ level, entry }) => [level, entry.data])).toContainEqual([
      'error',
      expect.stringContaining('there is no offbeat.yaml; copy one of docs/deployments/'),
    ]);
    await recordIsWritten();
    expect(existsSync(file)).toBe(false);
  });
});

describe('the prefix', () => {
  it('is recorded at the first synth with credentials, none too, and cannot change later', async () => {
    withCredentials();
    const [file, other] = [freshPath('layout.json'), freshPath('layout.json')];
    await synth('prefix: team-a', file);
    await synth('prefix: team-a', file);
    await expect(synth('', file)).rejects.toThrow(
      /deployment\.prefix: created with team-a, now no prefix; .* Go back to team-a, or, .* delete "111122223333/,
    );
    await synth('', other);
    await expect(synth('prefix: team-a', other)).rejects.toThrow(/created with no prefix, now team-a/);
  });
});

describe('a synth that fails', () => {
  it('records nothing, so that any partitions, any prefix and any zones can be chosen after it', async () => {
    withCredentials('111122223333', 'us-west-1');
    const file = freshPath('layout.json');
    const settings = 'size: production, zones: [us-west-1a, us-west-1b, us-west-1c], prefix: team-a';
    expect(() => synthesise(`deployment: { ${settings} }`, file)).toThrow('set size: minimal');
    await recordIsWritten();
    expect(existsSync(file)).toBe(false);
    await synth('', file, 'us-west-1');
    expect(read(file)['111122223333/us-west-1/Offbeat']).toMatchObject({
      prefix: '',
      zones: ['us-west-1a', 'us-west-1b'],
    });
  });

  it('records nothing while cdk still looks up the zones', async () => {
    withCredentials();
    const file = freshPath('layout.json');
    synthesise('deployment: {}', file);
    await recordIsWritten();
    expect(existsSync(file)).toBe(false);
  });
});
