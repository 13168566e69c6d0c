import type { Topic } from './shared/log/topics.ts';

/* The columns of the manifest of functions. */

/** The queues of the flow: alerts for notify to send, and delivery attempts for persist to write. */
export type QueueName = 'alerts' | 'attempts';

/** Topics, each read by a consumer group of the function's own. */
export interface FromTopics {
  readonly kind: 'topics';
  readonly topics: readonly Topic[];
  /** Records that an invocation gets at most. */
  readonly batchSize: number;
  /** Milliseconds for which the embedded poller gathers records before it invokes; a deployment has its own setting. */
  readonly windowMs: number;
}

/** A queue of the flow. */
export interface FromQueue {
  readonly kind: 'queue';
  readonly queue: QueueName;
  /** Messages that an invocation gets at most. */
  readonly batchSize: number;
  /** Milliseconds for which the poller gathers messages before it invokes. */
  readonly windowMs: number;
}

/** A cause for which a function is invoked. */
export type Source =
  | FromTopics
  | FromQueue
  /** The queue that schedules fill with delayed messages, one for each heartbeat that is due. */
  | { readonly kind: 'heartbeats'; readonly batchSize: number }
  /** The queue that schedules fill with delayed messages, one for each collection of a target that is due. */
  | { readonly kind: 'collections'; readonly batchSize: number }
  /** The queue by which a function outside the VPC hands over documents that it has collected. */
  | { readonly kind: 'documents'; readonly batchSize: number }
  /** A schedule. `retries` counts the tries after a first one that failed. */
  | { readonly kind: 'schedule'; readonly everyMs: number; readonly retries: number }
  /** Requests to the HTTP API. */
  | { readonly kind: 'http' }
  /** Requests for the files of the page, and those by which people sign in. */
  | { readonly kind: 'page' }
  /** Each deployment that changes the function's code or properties: the function is a custom resource. */
  | { readonly kind: 'deployment' };

/** A use of other parts beside topics. `lib/constructs/access.ts` has the environment variables and permissions of each. */
export type Need =
  /** Reads and advances its own ledger items; has no transaction objects. */
  | 'ledger.guard'
  /** Runs transactions: reads and advances ledger items, reads and writes transaction objects. */
  | 'ledger.run'
  /** Finishes the transactions of every stage, and deletes objects. */
  | 'ledger.collect'
  /** Reads all ledger items. */
  | 'ledger.inspect'
  /** Reads the stored state of `alert`; only in a deployment without a warehouse, where nothing else has the alerts. */
  | 'alerts.inspect'
  /** Claims and settles deliveries. */
  | 'deliveries.settle'
  /** Reads all deliveries. */
  | 'deliveries.inspect'
  /** Publishes to the SNS topic of alerts. */
  | 'alerts.publish'
  /** Sends what it rejects to the queue of rejected alerts, the dead letters of a function that reaches no broker. */
  | 'alerts.reject'
  /** Receives from the queue `alerts`, and sends messages back to it and to its dead letters. */
  | 'alerts.receive'
  /** Sends to the queue `attempts`. */
  | 'attempts.send'
  /** Reads the secrets that receivers name. */
  | 'receivers.secrets'
  /** Reads the secrets that targets name. */
  | 'targets.secrets'
  /** Reads what AWS reports about targets: clusters of MSK, metrics of queues and topics. */
  | 'targets.account'
  /** Sends to the queue of documents. */
  | 'documents.send'
  | 'warehouse.write'
  | 'warehouse.search'
  /** Defines templates, life cycles, dashboards and roles in the warehouse. */
  | 'warehouse.setUp';

/** The targets of a deployment: none, some, or some about which AWS is asked. */
export type Targets = 'none' | 'any' | 'account';

/** One Lambda function: the folder `functions/NAME` with its entry `index.ts`. */
export interface FunctionRow {
  /** A sentence for people, in the Lambda console and in docs. */
  readonly description: string;
  readonly sources: readonly Source[];
  /** Topics that it appends to. A function in the VPC that reads topics appends what it rejects to the dead letters. */
  readonly appendsTo: readonly Topic[];
  /** Topics whose records it counts, without reading them. @default none */
  readonly counts?: readonly Topic[];
  /**
   * A flag: what it appends is for the warehouse alone, and in a deployment without a warehouse it appends nothing.
   *
   * @default false
   */
  readonly appendsForWarehouse?: boolean;
  readonly needs: readonly Need[];
  /** Needs that it has in a deployment with a warehouse alone. @default none */
  readonly needsWithWarehouse?: readonly Need[];
  /** A description of what it keeps from one invocation to the next; absent: it keeps nothing. */
  readonly remembers?: string;
  /** Megabytes of memory. The share of CPU is proportional to it. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /**
   * The security group in the VPC. A function without one runs outside the VPC: it reaches the internet, and nothing in the
   * VPC.
   */
  readonly securityGroup?: 'stages';
  /** States whether the embedded run has the function too. */
  readonly isEmbedded: boolean;
  /**
   * A flag: the function works for the warehouse alone, and a deployment without a warehouse does not have it.
   *
   * @default false
   */
  readonly servesWarehouse?: boolean;
  /**
   * The targets of the settings that the function works for alone: a deployment without such ones does not have it. `account`: those
   * about which AWS is asked.
   *
   * @default none: it works without targets too
   */
  readonly servesTargets?: 'any' | 'account';
  /**
   * A flag: the function works for the page alone, and a deployment without the page does not have it.
   *
   * @default false
   */
  readonly servesPage?: boolean;
}
