import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { defaultQualifier } from './judge-bootstrap.ts';

/** The key of the context by which CDK finds a bootstrap with a qualifier of its own. */
const contextKey = '@aws-cdk/core:bootstrapQualifier';

const fileSchema = z.looseObject({
  context: z
    .looseObject({
      [contextKey]: z
        .string()
        .regex(/^[\w-]{1,10}$/)
        .optional(),
    })
    .optional(),
});

/**
 * Returns the qualifier of the bootstrap that `cdk` deploys with: that of the context in `cdk.json`.
 * @param folder the folder of `cdk.json`; without the file the default counts
 * @throws {UsageError} if the file cannot be read, or CDK would not accept its qualifier
 */
export function bootstrapQualifier(folder: string): string {
  const text = readIfPresent(join(folder, 'cdk.json'));
  if (text === undefined) return defaultQualifier;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`cdk.json: is no JSON (${messageOf(cause)}); correct it`, { cause });
  }
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return parsed.data.context?.[contextKey] ?? defaultQualifier;
  const { path } = parsed.error.issues[0]!;
  const got = path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>>)[key], content);
  throw new UsageError(
    `cdk.json: ${path.join('.') || 'the file'}: expected ${path.length < 2 ? 'an object' : '1 to 10 letters and digits'}, got ${shown(got)}`,
  );
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new UsageError(`cdk.json: cannot be read (${messageOf(cause)}); correct its permissions`, { cause });
  }
}
