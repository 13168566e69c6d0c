import { awsOptionsOf } from '../../environment/aws-endpoints.ts';
import { type Environment, required } from '../../environment/variables.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import { s3Client, s3Objects } from './objects.ts';

/** The variable that names the bucket. */
export const objectsBucket = 'OFFBEAT_OBJECTS_BUCKET';

/** What answers at an endpoint of its own finds the bucket in the path: no name there resolves to it. */
export function objectsClient(env: Environment) {
  const options = awsOptionsOf(env, 'S3');
  return s3Client({ ...options, forcePathStyle: options.endpoint !== undefined });
}

/** @throws {UsageError} if the bucket is not named */
export function connectObjects(env: Environment, client = objectsClient(env)): ObjectStore {
  return s3Objects({ client, bucket: required(env, objectsBucket, 'the name of the bucket of transaction objects') });
}
