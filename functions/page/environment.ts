import { UsageError } from '../shared/domain/errors.ts';
import { address, type Environment, required } from '../shared/environment/variables.ts';
import type { SignInSettings } from './session/session-routes.ts';

/** The variables of the function, which the deployment sets. */
export const pageVariables = {
  origins: 'OFFBEAT_PAGE_ORIGINS',
  url: 'OFFBEAT_SIGN_IN_URL',
  issuer: 'OFFBEAT_SIGN_IN_ISSUER',
  clientId: 'OFFBEAT_SIGN_IN_CLIENT_ID',
  sessionSeconds: 'OFFBEAT_SIGN_IN_SECONDS',
} as const;

/** Returns the user pool of the environment. @throws {UsageError} naming a variable that is missing or wrong */
export function signInSettingsOf(env: Environment): SignInSettings {
  const { url, issuer, clientId, sessionSeconds } = pageVariables;
  required(env, url, "the address of the user pool's domain");
  const seconds = required(env, sessionSeconds, 'the seconds for which a session lasts');
  if (!/^[1-9]\d*$/.test(seconds)) throw new UsageError(`${sessionSeconds}: expected seconds`);
  return {
    url: address(env, url)!.replace(/\/$/, ''),
    issuer: required(env, issuer, "the issuer in the user pool's tokens"),
    clientId: required(env, clientId, 'the id of the app client'),
    sessionSeconds: Number(seconds),
  };
}

/** Returns the origins at which the page is reached, the one of API Gateway first. @throws {UsageError} as above */
export function originsOf(env: Environment): readonly [string, ...string[]] {
  const text = required(env, pageVariables.origins, 'the origins of the page, with commas between them');
  const [first, ...others] = text.split(',');
  if (![first!, ...others].every((origin) => /^https?:\/\/[^/\s]+$/.test(origin))) {
    throw new UsageError(`${pageVariables.origins}: expected origins with commas between them`);
  }
  return [first!, ...others];
}
