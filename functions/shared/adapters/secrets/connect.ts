import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment } from '../../environment/variables.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { clientConfig } from '../aws/client-config.ts';
import { awsOptionsOf } from '../aws/connect.ts';
import { secretsOf } from './secrets-manager.ts';

/**
 * Returns the secrets of the environment, of files and of Secrets Manager. Secrets Manager is asked only for its own
 * references.
 */
export function connectSecrets(env: Environment): Secrets {
  return secretsOf(env, { client: new SecretsManagerClient(clientConfig(awsOptionsOf(env, 'SECRETS_MANAGER'))) });
}
