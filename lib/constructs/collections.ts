import { Peer, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isOfAccount, targetOf } from '../../functions/collect/parse-target.ts';
import type { CollectSettings } from '../../functions/shared/domain/collect-settings.ts';
import { secretsManagerPrefix } from '../../functions/shared/domain/secret-reference.ts';
import { portOf } from '../../settings/existing-resources.ts';
import { environmentOf, grantAccess, type Parts } from './access.ts';
import type { OwnNames } from './account-access.ts';
import { AccountCollections } from './account-collections.ts';
import { feedCollections } from './due-collections.ts';
import { type FunctionDefaults, OffbeatFunction } from './function.ts';
import { scheduleRole } from './schedule-role.ts';
import { namedSecrets } from './secrets.ts';
import { securityGroup } from './security-groups.ts';

export interface CollectionsProps {
  readonly defaults: FunctionDefaults;
  readonly parts: Parts;
  /** The targets, at least one, each of which a function can collect. */
  readonly targets: readonly CollectSettings[];
  /** The queues and topics of the deployment, which the target `aws://queues` stands for. */
  readonly own: OwnNames;
  /** The queue of messages that schedules could not send. */
  readonly missed: IQueue;
}

const name = 'collect';

/** The functions that collect targets, and what feeds them: a schedule for each target, which sends delayed messages to a queue. */
export class Collections extends Construct {
  readonly function: OffbeatFunction;
  /** The security group that reaches the targets. Theirs must let it in. */
  readonly group: SecurityGroup;

  constructor(scope: Construct, id: string, props: CollectionsProps) {
    super(scope, id);
    const { defaults, parts: others, targets, own, missed } = props;
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
    const [ofAccount, ofNetwork] = divided(targets);
    if (ofNetwork.length > 0) {
      const role = scheduleRole(this, 'Schedules');
      feedCollections(this, { function: this.function, targets: ofNetwork, role, missed });
    }
    if (ofAccount.length > 0) {
      const appender = this.function;
      new AccountCollections(this, 'Account', { defaults, parts: others, targets: ofAccount, own, missed, appender });
    }
  }
}

/** Returns the targets about which AWS is asked, and the others. */
function divided(targets: readonly CollectSettings[]): readonly [CollectSettings[], CollectSettings[]] {
  const isAccount = ({ target }: CollectSettings): boolean => isOfAccount(targetOf(target));
  return [targets.filter(isAccount), targets.filter((each) => !isAccount(each))];
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
