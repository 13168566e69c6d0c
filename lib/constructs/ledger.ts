import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { restoreDaysDefault, restoreDaysMax } from '../../settings/deployment.ts';
import { accept, acceptWildcards } from './findings.ts';

export interface LedgerProps {
  /**
   * Whole days back to which tables and objects can be restored, 1 to 35. Every object of that time is kept, and paid
   * for.
   *
   * @default 7
   */
  readonly restoreDays?: number;
  /**
   * Encrypts tables and bucket.
   *
   * @default the keys that AWS keeps for DynamoDB and S3
   */
  readonly key?: IKey;
  /**
   * What becomes of state when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Where decisions are made and what they decided lies: the ledger's table and the transaction objects' bucket. */
export class Ledger extends Construct {
  /** One item per stage, topic and partition. */
  readonly table: Table;
  /** One item for each receiver, or topic, and alert: the highest acknowledged revision, and who is at it. */
  readonly deliveries: Table;
  /** Transaction objects. None is ever overwritten; those that were deleted are there as versions for `restoreDays`. */
  readonly bucket: Bucket;
  readonly #key: IKey | undefined;

  /** @throws {Error} at synth, if `restoreDays` is no whole number from 1 to 35 */
  constructor(scope: Construct, id: string, props: LedgerProps = {}) {
    super(scope, id);
    const { restoreDays = restoreDaysDefault, removalPolicy = RemovalPolicy.RETAIN, key } = props;
    if (!Number.isInteger(restoreDays) || restoreDays < 1 || restoreDays > restoreDaysMax) {
      throw new Error(`restoreDays must be a whole number from 1 to ${restoreDaysMax}, got ${restoreDays}`);
    }
    this.#key = key;
    const all = { restoreDays, removalPolicy, key };
    this.table = table(this, 'Table', all);
    this.deliveries = table(this, 'Deliveries', { ...all, timeToLiveAttribute: 'expires' });
    this.bucket = new Bucket(this, 'Objects', {
      // An item of the ledger as it was names objects that the collector has deleted since: they must come back with it.
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      ...(key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
      lifecycleRules: [
        // No age tells whether an object is still in use: only the collector deletes those that are there.
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
    accept(
      this.bucket,
      'S1',
      'only functions read and write it, a request each few seconds; whoever must log requests has CloudTrail’s data events',
    );
  }

  /** What a function is told that decides. */
  get environment(): Readonly<Record<string, string>> {
    return { OFFBEAT_LEDGER_TABLE: this.table.tableName, OFFBEAT_OBJECTS_BUCKET: this.bucket.bucketName };
  }

  /** What a function is told that counts by the table alone: it has no objects. */
  get guardEnvironment(): Readonly<Record<string, string>> {
    return { OFFBEAT_LEDGER_TABLE: this.table.tableName };
  }

  /** What a function is told that delivers. */
  get deliveriesEnvironment(): Readonly<Record<string, string>> {
    return { OFFBEAT_DELIVERIES_TABLE: this.deliveries.tableName };
  }

  /** Everything a runner does: read and decide in the table, put and read objects. It cannot delete any. */
  grantRun(runner: IGrantable): void {
    this.#grantItems(this.table, runner, 'GetItem', 'PutItem', 'UpdateItem');
    this.#grantObjects(runner, 'GetObject', 'PutObject');
    // Without it S3 does not say that an object is missing, but that it is forbidden.
    Grant.addToPrincipal({ grantee: runner, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
  }

  /** What the collector does: the same, to list what the ledger names, and to delete objects. */
  grantCollect(collector: IGrantable): void {
    this.grantRun(collector);
    this.#grantItems(this.table, collector, 'Scan');
    this.#grantObjects(collector, 'DeleteObject');
  }

  /** What tells how the flow is: to see what is pending. */
  grantInspect(inspector: IGrantable): void {
    this.#grantItems(this.table, inspector, 'GetItem', 'Scan');
  }

  /** What tells what waits for receivers: to read the deliveries. */
  grantInspectDeliveries(inspector: IGrantable): void {
    this.#grantItems(this.deliveries, inspector, 'GetItem', 'Scan');
  }

  /** What a runner without state does: read its item and advance it. Nothing of it is ever pending, or an object. */
  grantGuard(runner: IGrantable): void {
    this.#grantItems(this.table, runner, 'GetItem', 'PutItem');
  }

  /** What publish and notify do: read a delivery, and write how it went. */
  grantDeliver(deliverer: IGrantable): void {
    this.#grantItems(this.deliveries, deliverer, 'GetItem', 'PutItem');
  }

  #grantItems(table: Table, grantee: IGrantable, ...actions: string[]): void {
    table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`));
    // DynamoDB asks for it in the caller's name.
    this.#key?.grant(grantee, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey');
  }

  #grantObjects(grantee: IGrantable, ...actions: string[]): void {
    const objects = this.bucket.arnForObjects('*');
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `s3:${action}`), resourceArns: [objects] });
    acceptWildcards(
      grantee,
      [objects],
      'every object of this bucket, which holds nothing else, under a name of its own',
    );
  }
}

interface TableProps {
  readonly restoreDays: number;
  readonly removalPolicy: RemovalPolicy;
  readonly key: IKey | undefined;
  /** Seconds since the epoch after which an item may go. */
  readonly timeToLiveAttribute?: string;
}

function table(scope: Construct, id: string, props: TableProps): Table {
  const { restoreDays: recoveryPeriodInDays, removalPolicy, key, ...others } = props;
  // Not TableV2: without a fixed region it takes no key of one's own.
  return new Table(scope, id, {
    partitionKey: { name: 'key', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...others,
    ...(key === undefined
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays },
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  });
}
