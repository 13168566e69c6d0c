import { Duration } from 'aws-cdk-lib';
import { Peer, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CollectMessage } from '../../functions/collect/handler.ts';
import { isOfAccount, targetOf } from '../../functions/collect/parse-target.ts';
import { functions } from '../../functions/functions.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';
import { secretsManagerPrefix } from '../../functions/shared/domain/secret-reference.ts';
import { portOf } from '../../settings/deployment.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import { collectionSchedule } from './collection-schedule.ts';
import { sendDelayed } from './delayed-messages.ts';
import { accept } from './findings.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { scheduleRole } from './schedule-role.ts';
import { namedSecrets } from './secrets.ts';
import { securityGroup } from './security-groups.ts';

export interface CollectionsProps {
  readonly defaults: FunctionDefaults;
  readonly parts: Parts;
  /** The targets, at least one, each of which a function can collect. */
  readonly targets: readonly CollectSettings[];
  /** The queue of messages that schedules could not send. */
  readonly missed: IQueue;
}

const name = 'collect';
/** The least number of invocations at a time that a mapping of SQS can be limited to. */
const concurrencyMin = 2;

/** The function that collects targets, and what feeds it: a schedule for each target, which sends delayed messages to a queue. */
export class Collections extends Construct {
  readonly function: OffbeatFunction;
  /** The security group that reaches the targets. Theirs must let it in. */
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: CollectionsProps) {
    super(scope, id);
    const { defaults, parts: others, targets, missed } = props;
    const references = targets.flatMap(({ password }) => password ?? []);
    const secretNames = references.map((reference) => reference.slice(secretsManagerPrefix.length));
    const parts = { ...others, targetSecrets: namedSecrets(this, secretNames) };
    const { vpc } = defaults.network;
    this.group = securityGroup(this, 'Group', { vpc, description: 'The function that collects targets' });
    for (const { cidr, port } of destinations(targets)) {
      this.group.addEgressRule(Peer.ipv4(cidr), Port.tcp(port), 'targets');
    }
    const environment = environmentOf(name, parts);
    this.function = new OffbeatFunction(this, name, { ...defaults, name, environment, groups: [this.group] });
    grantAccess(this.function, parts);
    this.#feed(targets, missed);
  }

  #feed(targets: readonly CollectSettings[], missed: IQueue): void {
    const queue = new Queue(this, 'Queue', {
      // The messages name targets; a key of KMS would need permissions for the schedules.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(functions[name].timeoutSeconds),
      // The longest delay and a minute more: after an outage the collections of the outage have no use.
      retentionPeriod: Duration.minutes(2),
    });
    accept(queue, 'SQS3', 'a collection that could not be appended has no use once the next one is due, and expires');
    const role = scheduleRole(this, 'Schedules');
    for (const [nth, { target, period }] of targets.entries()) {
      const { everyMinutes, delaysSeconds } = collectionSchedule(period)!;
      const messages = delaysSeconds.map((delaySeconds) => ({
        id: `collect-${delaySeconds}`,
        delaySeconds,
        body: JSON.stringify({ target, delaySeconds } satisfies CollectMessage),
      }));
      sendDelayed(this, `Schedule${nth}`, {
        ...{ description: 'Offbeat: collections of a target', everyMinutes, messages },
        ...{ queue, role, missed },
      });
    }
    // One message in each invocation, so that no target waits for another.
    const maxConcurrency = Math.max(concurrencyMin, targets.length);
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
  }
}

interface Destination {
  readonly cidr: string;
  readonly port: number;
}

const anywhere = '0.0.0.0/0';
/** The port on which chunkservers answer. */
const chunkserverPort = 9422;

/** Returns the addresses and ports of targets, each once. The brokers and nodes of a cluster have names that only the cluster knows. */
function destinations(targets: readonly CollectSettings[]): readonly Destination[] {
  const all = targets.flatMap(({ target: address, networks = [] }): Destination[] => {
    const parsed = targetOf(address);
    if (isOfAccount(parsed)) return [];
    const { kind, target } = parsed;
    if (kind === 'storage') {
      return networks.flatMap((cidr) => [target.port, chunkserverPort].map((port) => ({ cidr, port })));
    }
    return [{ cidr: anywhere, port: kind === 'kafka' ? portOf(target.address) : portOfUrl(target.url) }];
  });
  return [...new Map(all.map((each) => [`${each.cidr} ${each.port}`, each])).values()];
}

function portOfUrl(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
