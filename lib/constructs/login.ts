import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** What a function is told that logs in to Kafka with a secret: `{"username", "password"}`, as Lambda's pollers want it. */
export function loginVariables(sasl: string, secret: ISecret): Record<string, string> {
  return {
    OFFBEAT_KAFKA_SASL: sasl,
    OFFBEAT_KAFKA_TLS: 'yes',
    OFFBEAT_KAFKA_USERNAME: `secretsmanager:${secret.secretArn}#username`,
    OFFBEAT_KAFKA_PASSWORD: `secretsmanager:${secret.secretArn}#password`,
  };
}
