import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  NotFound,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsError } from '../../functions/shared/adapters/aws/errors.ts';
import { connectObjects, objectsBucket, objectsClient } from '../../functions/shared/adapters/s3/connect.ts';
import { endpointVariable } from '../../functions/shared/environment/aws-endpoints.ts';
import { type Environment, withDefaults } from '../../functions/shared/environment/variables.ts';
import type { ObjectStore } from '../../functions/shared/ports/objects.ts';
import { awsCredentials, nodeTrust, reachServer } from './unreachable.ts';

/** The object store in a bucket. */
export interface Objects {
  readonly objects: ObjectStore;
  close(): void;
}

const bucketDefault = 'offbeat-objects';

/**
 * Connects to the bucket at `OFFBEAT_S3_ENDPOINT`, and makes it if it does not exist.
 * @throws {UnavailableError} if the server does not answer, or refuses the credentials
 */
export async function openObjects(env: Environment): Promise<Objects> {
  const named = withDefaults(env, { [objectsBucket]: bucketDefault });
  using opened = new DisposableStack();
  const client = opened.adopt(objectsClient(named), (made) => made.destroy());
  const server = { variable: endpointVariable('S3'), credentials: awsCredentials, trust: nodeTrust };
  await reachServer(server, () => createBucket(client, named[objectsBucket]!));
  const kept = opened.move();
  return { objects: connectObjects(named, client), close: () => kept.dispose() };
}

async function createBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
    return;
  } catch (error) {
    if (!(error instanceof NotFound)) throw awsError(`S3, look for bucket ${Bucket}`, error);
  }
  try {
    await client.send(new CreateBucketCommand({ Bucket }));
  } catch (error) {
    const exists = error instanceof BucketAlreadyOwnedByYou || error instanceof BucketAlreadyExists;
    if (!exists) throw awsError(`S3, make bucket ${Bucket}`, error);
  }
}
