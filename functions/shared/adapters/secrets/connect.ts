import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsOptionsOf } from '../../environment/aws-endpoints.ts';
import type { Environment } from '../../environment/variables.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { clientConfig } from '../aws/client-config.ts';
import { secretsOf } from './secrets-manager.ts';

/** References to the environment, to files and to Secrets Manager, which is asked only for its own. */
export function connectSecrets(env: Environment): Secrets {
  return secretsOf(env, { client: new SecretsManagerClient(clientConfig(awsOptionsOf(env, 'SECRETS_MANAGER'))) });
}
