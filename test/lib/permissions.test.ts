import type { CfnElement } from 'aws-cdk-lib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functionNames, functionsThatNeed } from '../../functions/functions.ts';
import { bundling } from '../../lib/bundle/build.ts';
import type { OffbeatFunction } from '../../lib/constructs/function.ts';
import { allFunctions, deployed, ofType, placeOf, type Synthesised, synthesise } from '../support/deployment.ts';

/** The action that IAM knows a call by, where it has another name. */
const actionOf: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObject',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:SendMessageBatch': 'sqs:SendMessage',
};
const serviceOf: Readonly<Record<string, string>> = { 'secrets-manager': 'secretsmanager' };

/** The calls that are in a bundle because it contains a whole adapter, and that the function never makes. */
const notMade: readonly {
  readonly calls: readonly string[];
  readonly by: readonly FunctionName[];
  readonly why: string;
}[] = [
  {
    calls: ['dynamodb:DescribeEndpoints', 's3:CreateSession'],
    by: functionNames,
    why: "the SDK's own, for endpoint discovery and directory buckets, which nothing here uses",
  },
  {
    calls: ['dynamodb:Scan'],
    by: functionsThatNeed('ledger.guard', 'ledger.run', 'deliveries.settle'),
    why: 'to list partitions and deliveries is for sweep, api, self-check, and operators',
  },
  {
    calls: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    by: functionsThatNeed('ledger.inspect'),
    why: 'they read the ledger, and decide nothing',
  },
  {
    calls: ['dynamodb:UpdateItem'],
    by: functionsThatNeed('ledger.guard'),
    why: 'to clear what is pending is for stages with state, and to raise an epoch for operators',
  },
  {
    calls: ['s3:PutObject'],
    by: functionsThatNeed('ledger.collect'),
    why: 'only stages write objects',
  },
  {
    calls: ['s3:DeleteObject'],
    by: functionsThatNeed('ledger.run'),
    why: 'only the collector deletes objects',
  },
  {
    calls: ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'],
    by: functionsThatNeed('alerts.inspect'),
    why: 'where there is a warehouse it has the alerts; without one, only GetObject and ListBucket are allowed',
  },
  {
    calls: ['secretsmanager:GetSecretValue'],
    by: functionNames.filter((name) => name !== 'notify' && name !== 'collect'),
    why: 'where Kafka logs in by IAM and OpenSearch by SigV4 there is no secret to read',
  },
];

/** The permissions that no code of a function uses, and what uses them. */
const forOthers: readonly { readonly actions: RegExp; readonly why: string }[] = [
  { actions: /^kms:/, why: 'SNS, SQS and S3 use the key in the name of the caller' },
  { actions: /^sqs:(ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueue\w+)$/, why: "Lambda's poller" },
  { actions: /^kafka:(DescribeCluster(V2)?|GetBootstrapBrokers|ListScramSecrets)$/, why: "Lambda's poller" },
  {
    actions: /^secretsmanager:DescribeSecret$/,
    why: "comes with CDK's grantRead: a secret's names and dates, not its value",
  },
  { actions: /^(logs|ec2|xray):/, why: 'Lambda itself' },
  { actions: /^(kafka-cluster|es):/, why: 'not called through the SDK: test/lib/reach.test.ts' },
];

function functionOf(synthesised: Synthesised, name: FunctionName): OffbeatFunction | undefined {
  return allFunctions(synthesised).find((each) => each.name === name);
}

/** Returns every action that a function's role is allowed on any resource. */
function allowed(synthesised: Synthesised, name: FunctionName): Set<string> {
  const role = functionOf(synthesised, name)!.role!.node;
  const { stackName, id: logicalId } = role.defaultChild
    ? placeOf(role.defaultChild as CfnElement)
    : { stackName: synthesised.functions.stackName, id: undefined };
  const policies = ofType(synthesised, 'AWS::IAM::Policy')
    .flatMap(([path, policy]) => (path.startsWith(`${stackName}/`) ? [policy] : []))
    .filter(({ Properties }) =>
      logicalId === undefined
        ? JSON.stringify(Properties.PolicyName).includes('SetUpRole')
        : JSON.stringify(Properties.Roles).includes(`"${logicalId}"`),
    );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return new Set(statements.flatMap(({ Action }: { Action: string | string[] }) => Action));
}

const entryPointOf = (name: FunctionName): string => `functions/${name}/index.ts`;

/** The metafile of the bundles of all functions, which it makes in one go. */
const bundles = build({
  ...bundling,
  entryPoints: functionNames.map(entryPointOf),
  metafile: true,
  write: false,
  outdir: '/bundles',
});

/** Every call of the AWS SDK that is left in a function's bundle, by IAM's name for it. */
async function callsOf(name: FunctionName): Promise<Set<string>> {
  const { metafile } = await bundles;
  const bundle = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entryPointOf(name));
  const inputs = Object.entries(bundle!.inputs);
  const bundled = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  const calls = bundled.flatMap((path) => {
    const [, client, command] = /@aws-sdk\/client-([\w-]+)\/.*\/(\w+)Command\.js$/.exec(path) ?? [];
    if (client === undefined) return [];
    const call = `${serviceOf[client] ?? client}:${command}`;
    return [actionOf[call] ?? call];
  });
  return new Set(calls);
}

const withTarget = synthesise('collect: [{ target: "kafka://ada@broker-1", password: "secretsmanager:monitor" }]\n');

const withAccount = synthesise(
  'collect: [{ target: "msk://offbeat", period: 1m }, { target: "aws://queues", period: 5m }]\n',
);

function deploymentWith(name: FunctionName): Synthesised {
  if (name === 'collect') return withTarget;
  if (name === 'collect-account') return withAccount;
  return deployed(name === 'set-up-kafka' ? 'self-managed-kafka' : 'minimal');
}

// The first test would else wait for esbuild, longer than a test may where the machine is busy.
beforeAll(async () => {
  await bundles;
});

describe.each(functionNames)('the role of %s', (name) => {
  it('is allowed every call that the function makes', async () => {
    const excused = new Set(notMade.flatMap(({ calls, by }) => (by.includes(name) ? calls : [])));
    const actions = allowed(deploymentWith(name), name);
    const missing = [...(await callsOf(name))].filter((call) => !actions.has(call) && !excused.has(call));
    expect(missing).toEqual([]);
  });

  it('is allowed only what the function, or a service in its name, does', async () => {
    const calls = await callsOf(name);
    const idle = [...allowed(deploymentWith(name), name)].filter(
      (action) => !calls.has(action) && !forOthers.some(({ actions }) => actions.test(action)),
    );
    expect(idle).toEqual([]);
  });

  it('is not allowed the calls that the table excludes for the function', () => {
    const excused = notMade.flatMap(({ calls, by }) => (by.includes(name) ? calls : []));
    const actions = allowed(deploymentWith(name), name);
    // The function for other brokers than MSK's does read their secret.
    const read = name === 'set-up-kafka' ? ['secretsmanager:GetSecretValue'] : [];
    expect(excused.filter((call) => actions.has(call))).toEqual(read);
  });
});
