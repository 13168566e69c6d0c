import {
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { UnavailableError } from '../../domain/errors.ts';
import type { ObjectStore } from '../../ports/objects.ts';
import { type AwsOptions, clientConfig } from '../aws/client-config.ts';
import { awsError, passes } from '../aws/errors.ts';

export interface S3ClientOptions extends AwsOptions {
  /**
   * The flag puts the bucket into the path instead of the host name, which emulators on an IP address need.
   * @default false
   */
  readonly forcePathStyle?: boolean;
}

/** A time limit of one request, in ms, for transaction objects of some megabytes. */
const requestTimeoutDefaultMs = 10_000;

export function s3Client({ forcePathStyle = false, ...options }: S3ClientOptions = {}): S3Client {
  return new S3Client({
    ...clientConfig({ requestTimeoutMs: requestTimeoutDefaultMs, ...options }),
    forcePathStyle,
  });
}

export interface S3ObjectsOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** The limit of deletions in one request of S3. */
const deletionsMax = 1_000;

/**
 * Returns an object store on a bucket. No object is ever overwritten.
 *
 * Each method throws {@link UnavailableError} where a later try may succeed. An error of S3 because of a policy or a name is
 * thrown unchanged.
 */
export function s3Objects(options: S3ObjectsOptions): ObjectStore {
  return new S3Objects(options);
}

class S3Objects implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: S3ObjectsOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    try {
      await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: name, Body: bytes, IfNoneMatch: '*' }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw this.#error(`put ${name}`, error);
      await this.#expectSame(name, bytes);
    }
  }

  async get(name: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name }));
      const { buffer, byteOffset, byteLength } = await Body!.transformToByteArray();
      return Buffer.from(buffer, byteOffset, byteLength);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw this.#error(`get ${name}`, error);
    }
  }

  async list(prefix: string, after?: string): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      const query = { Bucket: this.#bucket, Prefix: prefix, ...(after !== undefined && { StartAfter: after }) };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, query)) {
        for (const { Key } of Contents) names.push(Key!);
      }
    } catch (error) {
      throw this.#error(`list ${prefix}`, error);
    }
    return names;
  }

  /**
   * Deletes objects.
   * @throws {Error} naming the first object that was not deleted and the number of them; all others are deleted
   */
  async delete(names: readonly string[]): Promise<void> {
    const failed: { readonly name: string; readonly code: string }[] = [];
    for (let from = 0; from < names.length; from += deletionsMax) {
      failed.push(...(await this.#deleteSome(names.slice(from, from + deletionsMax))));
    }
    const [first] = failed;
    if (first === undefined) return;
    const message = `${this.#place()}, delete: ${failed.length} of ${names.length} failed, ${first.name}: ${first.code}`;
    throw failed.every(({ code }) => passes(code)) ? new UnavailableError(message) : new Error(message);
  }

  async #deleteSome(names: readonly string[]) {
    try {
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({
          Bucket: this.#bucket,
          Delete: { Objects: names.map((Key) => ({ Key })), Quiet: true },
        }),
      );
      return Errors.map(({ Key = '', Code = 'no code' }) => ({ name: Key, code: Code }));
    } catch (error) {
      throw this.#error(`delete ${names.length} objects`, error);
    }
  }

  /** Checks an object whose name exists: it is a first try whose answer was lost, or another object. */
  async #expectSame(name: string, bytes: Buffer): Promise<void> {
    const stored = await this.get(name);
    if (stored === undefined)
      throw new UnavailableError(`${this.#place()}, put ${name}: the name existed, and no longer exists`);
    if (!stored.equals(bytes)) throw new Error(`the object ${name} exists, with other bytes`);
  }

  #error(doing: string, error: unknown): Error {
    return awsError(`${this.#place()}, ${doing}`, error);
  }

  #place(): string {
    return `S3 (${this.#bucket})`;
  }
}
