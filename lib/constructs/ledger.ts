import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LedgerKey } from '../../functions/shared/ports/ledger.ts';
import { restoreDaysDefault, restoreDaysMax } from '../../settings/deployment.ts';
import { applyDataRemoval, type DataRemoval, dataRemovalDefault } from './data-removal.ts';
import { accept, acceptWildcards } from './findings.ts';

export interface LedgerProps {
  /**
   * The number of whole days back to which tables and objects can be restored, 1 to 35. Every object of that time is stored and billed.
   *
   * @default 7
   */
  readonly restoreDays?: number;
  /**
   * Encrypts tables and bucket.
   *
   * @default the keys that AWS manages for DynamoDB and S3
   */
  readonly key?: IKey;
  /**
   * The policy for the state when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: DataRemoval;
  /**
   * Protects the tables from deletion. Set it after the first deployment has succeeded: CloudFormation cannot roll back the
   * create of a protected table.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/** The state of a deployment: the table of the ledger, the table of deliveries, and the bucket of transaction objects. */
export class Ledger extends Construct {
  /** One item per stage, topic and partition. */
  readonly table: Table;
  /** One item for each alert and receiver or SNS topic: the highest acknowledged revision, and the lease of a worker. */
  readonly deliveries: Table;
  /** The transaction objects. None is ever overwritten; a deleted one remains as a version for `restoreDays`. */
  readonly bucket: Bucket;
  readonly #key: IKey | undefined;

  /** @throws {Error} at synth, if `restoreDays` is not a whole number from 1 to 35 */
  constructor(scope: Construct, id: string, props: LedgerProps = {}) {
    super(scope, id);
    const { restoreDays = restoreDaysDefault, removalPolicy = dataRemovalDefault, key } = props;
    const { deletionProtection = false } = props;
    if (!Number.isInteger(restoreDays) || restoreDays < 1 || restoreDays > restoreDaysMax) {
      throw new Error(`restoreDays must be a whole number from 1 to ${restoreDaysMax}, got ${restoreDays}`);
    }
    this.#key = key;
    const all = { restoreDays, removalPolicy, deletionProtection, key };
    this.table = table(this, 'Table', all);
    this.deliveries = table(this, 'Deliveries', { ...all, timeToLiveAttribute: 'expires' });
    this.bucket = new Bucket(this, 'Objects', {
      // An earlier state of a ledger item names objects that were deleted since. Restoring the item restores them too.
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      lifecycleRules: [
        // The age of an object does not show whether it is in use: only the sweep deletes current objects.
        {
          id: 'deleted',
          noncurrentVersionExpiration: Duration.days(restoreDays),
          expiredObjectDeleteMarker: true,
        },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    applyDataRemoval(removalPolicy, this.table, this.deliveries, this.bucket);
    accept(
      this.bucket,
      'S1',
      'only functions read and write it, with a request every few seconds; data events of CloudTrail can log the requests',
    );
  }

  /** The environment variables of a function that uses ledger items and transaction objects. */
  get environment(): Readonly<Record<string, string>> {
    return { OFFBEAT_LEDGER_TABLE: this.table.tableName, OFFBEAT_OBJECTS_BUCKET: this.bucket.bucketName };
  }

  /** The environment variables of a function that uses ledger items alone, and has no transaction objects. */
  get guardEnvironment(): Readonly<Record<string, string>> {
    return { OFFBEAT_LEDGER_TABLE: this.table.tableName };
  }

  /** The environment variables of a function that uses deliveries. */
  get deliveriesEnvironment(): Readonly<Record<string, string>> {
    return { OFFBEAT_DELIVERIES_TABLE: this.deliveries.tableName };
  }

  /** Allows what a runner does: read and advance ledger items, read and write objects. It cannot delete objects. */
  grantRun(runner: IGrantable): void {
    this.#grantItems(this.table, runner, 'GetItem', 'PutItem', 'UpdateItem');
    this.#grantObjects(runner, ['GetObject', 'PutObject']);
  }

  /** Allows what the sweep does: list and advance ledger items, read and delete objects. It cannot write objects. */
  grantCollect(collector: IGrantable): void {
    this.#grantItems(this.table, collector, 'GetItem', 'PutItem', 'UpdateItem', 'Scan');
    this.#grantObjects(collector, ['GetObject', 'DeleteObject']);
  }

  /** Allows to read all ledger items. */
  grantInspect(inspector: IGrantable): void {
    this.#grantItems(this.table, inspector, 'GetItem', 'Scan');
  }

  /** Allows to read the objects with the state of one stage, beside {@link grantInspect}. */
  grantReadState(stage: LedgerKey['stage'], reader: IGrantable): void {
    this.#grantObjects(reader, ['GetObject'], `${stage}/*`);
  }

  /** Allows to read all deliveries. */
  grantInspectDeliveries(inspector: IGrantable): void {
    this.#grantItems(this.deliveries, inspector, 'GetItem', 'Scan');
  }

  /** Allows what a runner without state does: read and advance its ledger items. It never has pending effects or objects. */
  grantGuard(runner: IGrantable): void {
    this.#grantItems(this.table, runner, 'GetItem', 'PutItem');
  }

  /** Allows what publish and notify do: read a delivery, and write its outcome. */
  grantDeliver(deliverer: IGrantable): void {
    this.#grantItems(this.deliveries, deliverer, 'GetItem', 'PutItem');
  }

  #grantItems(table: Table, grantee: IGrantable, ...actions: string[]): void {
    table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`));
    // DynamoDB uses the key in the name of the caller.
    this.#key?.grant(grantee, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey');
  }

  #grantObjects(grantee: IGrantable, actions: readonly string[], names = '*'): void {
    const objects = this.bucket.arnForObjects(names);
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `s3:${action}`), resourceArns: [objects] });
    // Without this S3 answers a read of a missing object with "forbidden", not with "not found".
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
    acceptWildcards(
      grantee,
      [objects],
      'transaction objects have names of their own, and the bucket contains nothing else',
    );
  }
}

interface TableProps {
  readonly restoreDays: number;
  readonly removalPolicy: DataRemoval;
  readonly deletionProtection: boolean;
  readonly key: IKey | undefined;
  /** The attribute with the time, in seconds since 1970, after which DynamoDB may delete an item. */
  readonly timeToLiveAttribute?: string;
}

function table(scope: Construct, id: string, props: TableProps): Table {
  const { restoreDays: recoveryPeriodInDays, removalPolicy, key, ...others } = props;
  // Not TableV2: in a stack without a fixed region it accepts no customer-managed key.
  return new Table(scope, id, {
    partitionKey: { name: 'key', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...others,
    ...(key === undefined
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays },
    removalPolicy,
  });
}
