import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Where a function finds its credentials: in its environment, where Lambda puts those of its role. In its bundle this
 * stands in for every other way the AWS SDK knows (profiles, single sign-on, instance metadata: 135 KB of them).
 */
export const defaultProvider = fromEnv;

/** By the name that MSK's signer knows it by. */
export const fromNodeProviderChain = fromEnv;
