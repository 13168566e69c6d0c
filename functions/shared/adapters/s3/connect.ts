import { type Environment, required } from '../../environment/variables.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import { awsOptionsOf } from '../aws/connect.ts';
import { s3Client, s3Objects } from './objects.ts';

/** The variable that names the bucket. */
export const objectsBucket = 'OFFBEAT_OBJECTS_BUCKET';

/**
 * Returns a client of S3. A server at an endpoint of its own gets the bucket in the path, as it has no host name for
 * it.
 */
export function objectsClient(env: Environment) {
  const options = awsOptionsOf(env, 'S3');
  return s3Client({ ...options, forcePathStyle: options.endpoint !== undefined });
}

/**
 * Returns the object store on S3.
 * @throws {UsageError} if the bucket is not named
 */
export function connectObjects(env: Environment, client = objectsClient(env)): ObjectStore {
  return s3Objects({ client, bucket: required(env, objectsBucket, 'the name of the bucket of transaction objects') });
}
