import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Reads the credentials of a function from its environment, where Lambda puts those of its role. In bundles it replaces all
 * other sources of credentials of the AWS SDK (profiles, single sign-on, instance metadata), which have 135 KB.
 */
export const defaultProvider = fromEnv;

/** The same, under the name that the signer of MSK imports. */
export const fromNodeProviderChain = fromEnv;
