import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { topicsAppended, topicsCounted } from '../../functions/deployed-functions.ts';
import type { Need } from '../../functions/function-row.ts';
import { type FunctionName, needsOf } from '../../functions/functions.ts';
import { openSearchUrl } from '../../functions/shared/environment/server-variables.ts';
import type { AccountAccess } from './account-access.ts';
import { type Attempts, environmentWithoutAttempts } from './attempts.ts';
import type { FanOut } from './fan-out.ts';
import type { OffbeatFunction } from './function.ts';
import type { Kafka } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import { grantSearch, grantSetUp, grantWrite, type WarehouseAccess } from './warehouse.ts';

/*
 * The environment variables and the permissions that functions need of the other parts of a deployment, for each need that
 * the manifest names.
 */

/** The parts of a deployment that functions reach. */
export interface Parts {
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  /** The warehouse; absent in a deployment without one. */
  readonly warehouse?: WarehouseAccess;
  readonly fanOut: FanOut;
  /** The queue of attempts; absent without a warehouse, because nothing would read it. */
  readonly attempts?: Attempts;
  /** The secrets that receivers name. */
  readonly receiverSecrets: readonly ISecret[];
  /** The secrets that targets name. @default none */
  readonly targetSecrets?: readonly ISecret[];
  /** The access to what AWS reports about targets. @default no such target */
  readonly account?: AccountAccess;
  /** The queue of documents. @default none, without a target about which AWS is asked */
  readonly documents?: IQueue;
}

export type Environment = Readonly<Record<string, string>>;

interface Access {
  environment(parts: Parts): Environment;
  grant(parts: Parts, grantee: OffbeatFunction): void;
}

/** The environment of functions that would use the warehouse, where there is none: they answer without it. */
const withoutWarehouse: Environment = { [openSearchUrl]: 'none' };
const ofWarehouse = ({ warehouse }: Parts): Environment => warehouse?.environment ?? withoutWarehouse;

const accesses: Readonly<Record<Need, Access>> = {
  'ledger.guard': {
    environment: ({ ledger }) => ledger.guardEnvironment,
    grant: ({ ledger }, grantee) => ledger.grantGuard(grantee),
  },
  'ledger.run': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => {
      ledger.grantRun(grantee);
      // Where both are in one stack, the function is deleted before CDK empties the bucket.
      grantee.node.addDependency(ledger.bucket);
    },
  },
  'ledger.collect': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => ledger.grantCollect(grantee),
  },
  'ledger.inspect': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => ledger.grantInspect(grantee),
  },
  'alerts.inspect': {
    // The variables of the ledger, which come with `ledger.inspect`, name the bucket too.
    environment: () => ({}),
    grant: ({ ledger, warehouse }, grantee) => {
      if (warehouse === undefined) ledger.grantReadState('alert', grantee);
    },
  },
  'deliveries.settle': {
    environment: ({ ledger }) => ledger.deliveriesEnvironment,
    grant: ({ ledger }, grantee) => ledger.grantDeliver(grantee),
  },
  'deliveries.inspect': {
    environment: ({ ledger }) => ledger.deliveriesEnvironment,
    grant: ({ ledger }, grantee) => ledger.grantInspectDeliveries(grantee),
  },
  'alerts.publish': {
    environment: ({ fanOut }) => ({ OFFBEAT_ALERT_TOPIC_ARN: fanOut.topic.topicArn }),
    grant: ({ fanOut }, grantee) => fanOut.grantPublish(grantee),
  },
  'alerts.reject': {
    environment: ({ fanOut }) => ({ OFFBEAT_REJECTED_ALERTS_URL: fanOut.rejected.queueUrl }),
    grant: ({ fanOut }, grantee) => fanOut.grantReject(grantee),
  },
  'alerts.receive': {
    environment: ({ fanOut }) => ({
      OFFBEAT_QUEUE_URL: fanOut.queue.queueUrl,
      OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLetters.queueUrl,
    }),
    grant: ({ fanOut }, grantee) => fanOut.grantDeliver(grantee),
  },
  'attempts.send': {
    environment: ({ attempts }) => attempts?.environment ?? environmentWithoutAttempts,
    grant: ({ attempts }, grantee) => attempts?.grantSend(grantee),
  },
  'receivers.secrets': {
    environment: () => ({}),
    grant: ({ receiverSecrets }, grantee) => {
      for (const secret of receiverSecrets) secret.grantRead(grantee);
    },
  },
  'targets.secrets': {
    environment: () => ({}),
    grant: ({ targetSecrets = [] }, grantee) => {
      for (const secret of targetSecrets) secret.grantRead(grantee);
    },
  },
  'targets.account': {
    environment: ({ account }) => account?.environment ?? {},
    grant: ({ account }, grantee) => account?.grantRead(grantee),
  },
  'documents.send': {
    environment: ({ documents }) =>
      documents === undefined ? {} : { OFFBEAT_DOCUMENTS_QUEUE_URL: documents.queueUrl },
    grant: ({ documents }, grantee) => {
      if (documents === undefined) return;
      Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [documents.queueArn] });
    },
  },
  'warehouse.write': {
    environment: ofWarehouse,
    grant: ({ warehouse }, grantee) => warehouse && grantWrite(warehouse, grantee),
  },
  'warehouse.search': {
    environment: ofWarehouse,
    grant: ({ warehouse }, grantee) => warehouse && grantSearch(warehouse, grantee),
  },
  'warehouse.setUp': {
    environment: ofWarehouse,
    grant: ({ warehouse }, grantee) => warehouse && grantSetUp(warehouse, grantee),
  },
};

/** Returns the environment variables of a function, for `functions/shared/adapters/…/connect.ts` to read. */
export function environmentOf(name: FunctionName, parts: Parts): Environment {
  const hasWarehouse = parts.warehouse !== undefined;
  const ofKafka = topicsAppended(name, hasWarehouse).length > 0 ? parts.kafka.environment : {};
  const ofNeeds = needsOf(name, hasWarehouse).map((need) => accesses[need].environment(parts));
  return Object.assign({}, ofKafka, ...ofNeeds);
}

/** Gives a function the permissions for its topics and needs, and has it deployed after the topics it appends to. */
export function grantAccess(grantee: OffbeatFunction, parts: Parts): void {
  const hasWarehouse = parts.warehouse !== undefined;
  const appendsTo = topicsAppended(grantee.name, hasWarehouse);
  if (appendsTo.length > 0) {
    parts.kafka.grantAppend(grantee, appendsTo);
    grantee.node.addDependency(parts.kafka.isReady);
  }
  const counted = topicsCounted(grantee.name, hasWarehouse);
  if (counted.length > 0) parts.kafka.grantCount(grantee, counted);
  for (const need of needsOf(grantee.name, hasWarehouse)) accesses[need].grant(parts, grantee);
}
