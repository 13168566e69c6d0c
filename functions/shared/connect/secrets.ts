import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../adapters/aws/client-config.ts';
import { secretsOf } from '../adapters/secrets/secrets-manager.ts';
import type { Secrets } from '../ports/secrets.ts';
import { awsOptionsOf } from './aws.ts';
import type { Environment } from './environment.ts';

/** References to the environment, to files and to Secrets Manager, which is asked only for its own. */
export function connectSecrets(env: Environment): Secrets {
  return secretsOf(env, { client: new SecretsManagerClient(clientConfig(awsOptionsOf(env, 'SECRETS_MANAGER'))) });
}
