import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * Returns the environment variables of a function that logs in to Kafka with a secret. The secret is
 * `{"username", "password"}`, the form that Lambda's pollers need.
 */
export function loginVariables(sasl: string, secret: ISecret): Record<string, string> {
  return {
    OFFBEAT_KAFKA_SASL: sasl,
    OFFBEAT_KAFKA_TLS: 'yes',
    OFFBEAT_KAFKA_USERNAME: `secretsmanager:${secret.secretArn}#username`,
    OFFBEAT_KAFKA_PASSWORD: `secretsmanager:${secret.secretArn}#password`,
  };
}

/**
 * Allows a function, or the pollers in its name, to log in with a secret. `grantRead` of CDK leaves the key of an existing secret
 * out: it changes the policy of the key alone, and no stack can change that of an existing key.
 */
export function grantLogin(secret: ISecret, grantee: IGrantable): void {
  secret.grantRead(grantee);
  secret.encryptionKey?.grantDecrypt(grantee);
}
