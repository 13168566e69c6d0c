import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LedgerProps {
  /**
   * Whole days after which a daily snapshot is deleted even if no collector came by; at least the 8 that it keeps.
   *
   * @default 30
   */
  readonly snapshotDays?: number;
  /**
   * What becomes of state when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The collector keeps snapshots for so long; the bucket must not be quicker. */
const snapshotDaysMin = 8;
const snapshotDaysDefault = 30;

/** Where decisions are made and what they decided lies: the ledger's table and the transaction objects' bucket. */
export class Ledger extends Construct {
  /** One item per stage, topic and partition; and one per producer without a ledger, with its epoch. */
  readonly table: TableV2;
  /** Transaction objects and snapshots. Nothing in it is ever overwritten. */
  readonly bucket: Bucket;

  /** @throws {Error} at synth, if `snapshotDays` is no whole number from 8 on */
  constructor(scope: Construct, id: string, props: LedgerProps = {}) {
    super(scope, id);
    const { snapshotDays = snapshotDaysDefault, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (!Number.isInteger(snapshotDays) || snapshotDays < snapshotDaysMin) {
      throw new Error(`snapshotDays must be a whole number from ${snapshotDaysMin} on, got ${snapshotDays}`);
    }
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    this.bucket = new Bucket(this, 'Objects', {
      // Names are new for every attempt, so a version would only keep what the collector means to delete.
      versioned: false,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        { id: 'snapshots', prefix: 'snapshots/', expiration: Duration.days(snapshotDays) },
        // No age tells whether a transaction object is still in use: only the collector deletes those.
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
    });
  }

  /** Everything a runner does: read and decide in the table, put and read objects. It cannot delete any. */
  grantRun(runner: IGrantable): void {
    this.table.grant(runner, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    this.bucket.grantRead(runner);
    this.bucket.grantPut(runner);
  }

  /** What the collector does: the same, to list what the ledger names, and to delete objects. */
  grantCollect(collector: IGrantable): void {
    this.grantRun(collector);
    this.table.grant(collector, 'dynamodb:Scan');
    this.bucket.grantDelete(collector);
  }
}
