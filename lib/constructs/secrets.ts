import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * Returns the secrets of Secrets Manager that references name, each once.
 * @param references names or ARNs, each perhaps with `#key`
 */
export const namedSecrets = (scope: Construct, references: readonly string[]): readonly ISecret[] =>
  [...new Set(references.map((reference) => reference.split('#')[0]!))].map((name) => secretOf(scope, name));

function secretOf(scope: Construct, name: string): ISecret {
  const id = `Secret-${name.replace(/[^\w-]/g, '-')}`;
  return name.startsWith('arn:')
    ? Secret.fromSecretCompleteArn(scope, id, name)
    : Secret.fromSecretNameV2(scope, id, name);
}
