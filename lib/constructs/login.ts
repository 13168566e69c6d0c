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
