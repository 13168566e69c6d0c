import type { Settings } from '../domain/settings.ts';
import { address, type Environment } from './variables.ts';

/** The variable with the address of the page that a deployment makes. */
export const pageUrlVariable = 'OFFBEAT_PAGE_URL';

/**
 * Returns settings whose links lead to the page that the deployment makes, unless they name another address: that of API Gateway
 * is not known before the deployment.
 * @throws {UsageError} naming the variable, if it is no address
 */
export function withPageUrl<Deployed extends { readonly settings: Settings }>(
  deployed: Deployed,
  env: Environment,
): Deployed {
  const publicUrl = deployed.settings.publicUrl ?? address(env, pageUrlVariable);
  return publicUrl === undefined ? deployed : { ...deployed, settings: { ...deployed.settings, publicUrl } };
}
