import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Need } from '../../functions/function-row.ts';
import { type FunctionName, functions } from '../../functions/functions.ts';
import type { Attempts } from './attempts.ts';
import type { FanOut } from './fan-out.ts';
import type { OffbeatFunction } from './function.ts';
import type { Kafka } from './kafka.ts';
import type { Ledger } from './ledger.ts';
import { grantSearch, grantSetUp, grantWrite, type WarehouseAccess } from './warehouse.ts';

/*
 * What functions need of the other parts of a deployment: the environment variables and the permissions of each need
 * that the manifest names.
 */

/** The parts of a deployment that functions reach. */
export interface Parts {
  readonly kafka: Kafka;
  readonly ledger: Ledger;
  readonly warehouse: WarehouseAccess;
  readonly fanOut: FanOut;
  readonly attempts: Attempts;
  /** The secrets that receivers name. */
  readonly receiverSecrets: readonly ISecret[];
}

export type Environment = Readonly<Record<string, string>>;

interface Access {
  environment(parts: Parts): Environment;
  grant(parts: Parts, grantee: OffbeatFunction): void;
}

const accesses: Readonly<Record<Need, Access>> = {
  'ledger.guard': {
    environment: ({ ledger }) => ledger.guardEnvironment,
    grant: ({ ledger }, grantee) => ledger.grantGuard(grantee),
  },
  'ledger.run': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => ledger.grantRun(grantee),
  },
  'ledger.collect': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => ledger.grantCollect(grantee),
  },
  'ledger.inspect': {
    environment: ({ ledger }) => ledger.environment,
    grant: ({ ledger }, grantee) => ledger.grantInspect(grantee),
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
  'alerts.receive': {
    environment: ({ fanOut }) => ({
      OFFBEAT_QUEUE_URL: fanOut.queue.queueUrl,
      OFFBEAT_DEAD_LETTERS_URL: fanOut.deadLetters.queueUrl,
    }),
    grant: ({ fanOut }, grantee) => fanOut.grantDeliver(grantee),
  },
  'attempts.send': {
    environment: ({ attempts }) => attempts.environment,
    grant: ({ attempts }, grantee) => attempts.grantSend(grantee),
  },
  'receivers.secrets': {
    environment: () => ({}),
    grant: ({ receiverSecrets }, grantee) => {
      for (const secret of receiverSecrets) secret.grantRead(grantee);
    },
  },
  'warehouse.write': {
    environment: ({ warehouse }) => warehouse.environment,
    grant: ({ warehouse }, grantee) => grantWrite(warehouse, grantee),
  },
  'warehouse.search': {
    environment: ({ warehouse }) => warehouse.environment,
    grant: ({ warehouse }, grantee) => grantSearch(warehouse, grantee),
  },
  'warehouse.setUp': {
    environment: ({ warehouse }) => warehouse.environment,
    grant: ({ warehouse }, grantee) => grantSetUp(warehouse, grantee),
  },
};

/** Returns the environment variables of a function, for `functions/shared/adapters/…/connect.ts` to read. */
export function environmentOf(name: FunctionName, parts: Parts): Environment {
  const { appendsTo, needs } = functions[name];
  const ofKafka = appendsTo.length > 0 ? parts.kafka.environment : {};
  return Object.assign({}, ofKafka, ...needs.map((need) => accesses[need].environment(parts)));
}

/** Gives a function the permissions for its topics and needs, and has it deployed after the topics it appends to. */
export function grantAccess(grantee: OffbeatFunction, parts: Parts): void {
  const { appendsTo, needs } = functions[grantee.name];
  if (appendsTo.length > 0) {
    parts.kafka.grantAppend(grantee, appendsTo);
    grantee.node.addDependency(parts.kafka.isReady);
  }
  for (const need of needs) accesses[need].grant(parts, grantee);
}
