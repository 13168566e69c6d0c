import { type Finding, finding } from './finding.ts';
import type { Caller } from './port.ts';

/** The qualifier of a bootstrap that was given none. @see aws-cdk-lib 2.276.0, default-synthesizer.js, DEFAULT_QUALIFIER */
export const defaultQualifier = 'hnb659fds';

/** The oldest bootstrap that can deploy. @see aws-cdk-lib 2.276.0, default-synthesizer.js, MIN_BOOTSTRAP_STACK_VERSION */
const versionMin = 6;

/**
 * Returns the name of the parameter of Systems Manager with the version of a bootstrap. CDK reads it at each deployment;
 * the name of the stack, which an organisation may choose, plays no part.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
 * @see https://github.com/aws-amplify/amplify-backend/pull/1576
 */
export const versionParameter = (qualifier: string): string => `/cdk-bootstrap/${qualifier}/version`;

/**
 * Returns a finding about the bootstrap that CDK needs in the account and region.
 * @param version the value of {@link versionParameter}; `undefined` if there is no such parameter
 */
export function judgeBootstrap(
  version: string | undefined,
  qualifier: string,
  { account, region }: Pick<Caller, 'account' | 'region'>,
): Finding {
  const name = versionParameter(qualifier);
  const remedy = [`npx cdk bootstrap --qualifier ${qualifier} aws://${account}/${region}`];
  if (version === undefined) {
    const message =
      `there is no parameter ${name}, so CDK cannot deploy here; if the account has a bootstrap with another qualifier, ` +
      'name it in the context of cdk.json (docs/deploy.md, Before)';
    return finding('bootstrap', 'problem', message, remedy);
  }
  const number = /^\d+$/.test(version) ? Number(version) : undefined;
  const message = `the parameter ${name} has version ${number ?? `"${version}"`}`;
  if (number !== undefined && number >= versionMin) return finding('bootstrap', 'ok', message);
  return finding('bootstrap', 'problem', `${message}; ${versionMin} or newer is needed`, remedy);
}
