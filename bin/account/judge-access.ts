import { withoutTokens } from '../../functions/shared/domain/withheld.ts';
import { shellWord } from '../words.ts';
import { type Finding, finding } from './finding.ts';
import type { SecretAnswer } from './port.ts';

/** The role by which OpenSearch puts a domain into a VPC. */
export const openSearchRole = 'AWSServiceRoleForAmazonOpenSearchService';

/** Returns a finding about OpenSearch's service-linked role. Its absence is no fault: the deployment creates it. */
export const judgeOpenSearchRole = (exists: boolean): Finding =>
  finding(
    'role',
    'ok',
    exists ? `${openSearchRole} exists` : `${openSearchRole} does not exist yet; the deployment makes it`,
  );

/** The length of a secret's key, in bytes. @see https://github.com/standard-webhooks/standard-webhooks */
const keyBytes = 32;

/**
 * Returns a finding about the secret of a receiver. A missing one does not fail the deployment: pages to that receiver fail.
 * @param secret its name or ARN, as the settings refer to it
 * @param receiver the name of the first receiver that refers to it
 */
export function judgeSecret(secret: string, receiver: string, answer: SecretAnswer): Finding {
  // A user may have typed the secret itself, or an address, in place of its name.
  const shown = withoutTokens(secret);
  const message = `the secret ${shown} of the receiver ${receiver} is ${answer}`;
  if (answer === 'present') return finding('secrets', 'ok', message);
  const name = shellWord(shown);
  const remedy =
    answer === 'absent'
      ? `aws secretsmanager create-secret --name ${name} --secret-string "whsec_$(openssl rand -base64 ${keyBytes})"`
      : `aws secretsmanager restore-secret --secret-id ${name}`;
  return finding('secrets', 'warning', `${message}, so it gets no page`, [remedy]);
}
