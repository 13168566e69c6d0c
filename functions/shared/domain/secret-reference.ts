import * as z from 'zod';
import { withoutTokens } from './withheld.ts';

const expected = 'expected a reference: env:NAME, file:PATH or secretsmanager:NAME';

/**
 * A reference to a secret, never the secret itself. A single process reads `env:NAME` and `file:PATH`; a deployed function
 * reads `secretsmanager:NAME`.
 */
export const secretReferenceSchema = z.string(expected).regex(/^(env|file|secretsmanager):.+$/, expected);

/** The prefix of a reference to AWS Secrets Manager. */
export const secretsManagerPrefix = 'secretsmanager:';

/** Returns whether a text refers to a secret in AWS Secrets Manager. Any other text may be the secret itself. */
export const isSecretsManagerReference = (text: string): boolean => text.startsWith(secretsManagerPrefix);

/**
 * Returns a reference for people. In `env:NAME` whatever looks like a token is replaced: a user may have pasted the
 * secret.
 */
export const referenceText = (reference: string): string =>
  reference.startsWith('env:') ? withoutTokens(reference) : reference;
