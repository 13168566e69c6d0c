import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { openSearchVersion } from '../../lib/search-version.ts';
import { type Finding, finding } from './finding.ts';
import { judgeOpenSearchRole, judgeSecret, openSearchRole } from './judge-access.ts';
import { judgeBootstrap, versionParameter } from './judge-bootstrap.ts';
import { changing, judgeChange } from './judge-changes.ts';
import { judgeConcurrency, judgeLogPolicies, judgeQuota, quotaFacts } from './judge-limits.ts';
import { judgeOffers } from './judge-offers.ts';
import { isComplete, judgeStacks } from './judge-stacks.ts';
import { judgeZones, usableZones, zonesUsed } from './judge-zones.ts';
import { type Plan, stackNames } from './plan.ts';
import { type Account, type Caller, DeniedError, type QuotaName, type StackAnswer, type ZoneAnswer } from './port.ts';

/**
 * Checks an account for a deployment. The checks run at the same time; one that may not make its call, or gets no answer,
 * is a finding of its own, and the others go on.
 * @param caller the account and region, as {@link Account.caller} returned them
 * @returns the findings in the order of the checks
 */
export async function checkAccount(account: Account, plan: Plan, caller: Caller): Promise<readonly Finding[]> {
  const [{ stacks, findings }, { zones, found }] = await Promise.all([
    readStacks(account, plan),
    readZones(account, plan, caller),
  ]);
  const left = leftToCreate(plan, stacks);
  const groups = await Promise.all([
    checkBootstrap(account, plan, caller),
    findings,
    left.createdCluster ? checkChange(account, 'cluster', stackNames.dataHub) : [],
    left.createdDomain ? checkChange(account, 'domain', stackNames.state) : [],
    found,
    left.hasNetwork ? [] : checkEndpoints(account, plan, zones),
    left.role ? checkMachines(account, plan, zones) : [],
    left.role ? attempt('role', async () => [judgeOpenSearchRole(await account.roleExists(openSearchRole))]) : [],
    attempt('concurrency', async () => [judgeConcurrency(await account.concurrency(), plan, left.hasFunctions)]),
    left.logPolicies.created + left.logPolicies.perhaps > 0
      ? attempt('log policies', async () => [judgeLogPolicies(await account.logPolicies(), left.logPolicies)])
      : [],
    checkQuota(account, 'brokers', left.brokers),
    checkQuota(account, 'vpcs', left.vpcs),
    checkQuota(account, 'addresses', left.addresses),
    ...[...plan.secrets].map(([secret, receiver]) =>
      attempt('secrets', async () => [judgeSecret(secret, receiver, await account.secret(secret))]),
    ),
  ]);
  return groups.flat();
}

const checkBootstrap = (account: Account, { qualifier }: Plan, caller: Caller): Promise<readonly Finding[]> =>
  attempt('bootstrap', async () => {
    const version = await account.parameter(versionParameter(qualifier));
    return [judgeBootstrap(version, qualifier, caller)];
  });

/** Returns the stacks of the deployment that exist, and the findings about them. */
async function readStacks(
  account: Account,
  { keepsData }: Plan,
): Promise<{ readonly stacks: readonly StackAnswer[]; readonly findings: readonly Finding[] }> {
  let stacks: readonly StackAnswer[] = [];
  const findings = await attempt('stacks', async () => {
    const answers = await Promise.all(Object.values(stackNames).map((name) => account.stack(name)));
    stacks = answers.filter((stack) => stack !== undefined);
    return judgeStacks(stacks, keepsData);
  });
  return { stacks, findings };
}

/** The zones of the region; `undefined` if they could not be read, which is a finding already. */
type Zones = readonly ZoneAnswer[] | undefined;

/** Returns the zones, and the finding about them. */
async function readZones(account: Account, plan: Plan, { region }: Caller) {
  let zones: Zones;
  const found = await attempt('zones', async () => {
    zones = await account.zones();
    return [judgeZones(zones, plan, region)];
  });
  return { zones, found };
}

/** Returns what a deployment has created, and what is left to create: what complete stacks contain is counted in the account already. */
function leftToCreate(plan: Plan, stacks: readonly StackAnswer[]) {
  const complete = new Set(stacks.filter(isComplete).map(({ name }) => name));
  const hasNetwork = complete.has(stackNames.network);
  const createsDomain = plan.createsDomain && !complete.has(stackNames.state);
  return {
    createdCluster: plan.brokers > 0 && complete.has(stackNames.dataHub),
    createdDomain: plan.createsDomain && complete.has(stackNames.state),
    hasNetwork,
    role: createsDomain,
    logPolicies: { created: createsDomain ? 1 : 0, perhaps: complete.has(stackNames.functions) ? 0 : 1 },
    hasFunctions: complete.has(stackNames.functions),
    brokers: complete.has(stackNames.dataHub) ? 0 : plan.brokers,
    vpcs: plan.createsVpc && !hasNetwork ? 1 : 0,
    addresses: hasNetwork ? 0 : plan.addresses,
  };
}

/** Checks whether a resource of a complete stack can be changed. */
const checkChange = (account: Account, kind: keyof typeof changing, stack: string): Promise<readonly Finding[]> =>
  attempt('changes', async () => {
    const found = (await account.resources(stack)).filter(({ type }) => type === changing[kind].type);
    const stateOf = kind === 'cluster' ? account.clusterState : account.domainState;
    return Promise.all(found.map(async (resource) => judgeChange(kind, resource, await stateOf(resource.id))));
  });

/** Checks whether the zones of a VPC that is not created yet have its endpoints. */
async function checkEndpoints(account: Account, plan: Plan, zones: Zones): Promise<readonly Finding[]> {
  const { endpoints, endpointZoneCount, zoneCount } = plan;
  if (zones === undefined || endpoints.length === 0) return [];
  return attempt('endpoints', async () => {
    const offers = await account.endpointZones(endpoints);
    const used = zonesUsed(zones, plan).slice(0, endpointZoneCount);
    const wanted = { check: 'endpoints', thing: 'interface endpoint', names: endpoints, zones: used, zoneCount };
    return [judgeOffers(wanted, offers, usableZones(zones, plan))];
  });
}

/** Checks whether the zones of a domain that is not created yet have its machines. */
async function checkMachines(account: Account, plan: Plan, zones: Zones): Promise<readonly Finding[]> {
  if (zones === undefined) return [];
  return attempt('machines', async () => {
    const { types, zoneCount } = plan.machines;
    const machines = types.map((type) => account.machineZones(type, `OpenSearch_${openSearchVersion}`));
    const found = await Promise.all(machines);
    const used = zonesUsed(zones, plan).slice(0, zoneCount);
    const wanted = { check: 'machines', thing: 'machine', names: types, zones: used, zoneCount: plan.zoneCount };
    const offers = found.filter((offer) => offer !== undefined);
    return [judgeOffers(wanted, offers, plan.createsVpc ? usableZones(zones, plan) : [])];
  });
}

/** Compares a quota with what exists. If the quota cannot be read, its default is compared, and a finding says so. */
async function checkQuota(account: Account, name: QuotaName, added: number): Promise<readonly Finding[]> {
  if (added === 0) return [];
  const { check } = quotaFacts[name];
  let quota: number | undefined;
  const unread = await attempt(check, async () => {
    quota = await account.quota(name);
    return [];
  });
  const judged = await attempt(check, async () => [
    judgeQuota(name, { existing: await account[name](), added, quota }),
  ]);
  return [...judged, ...unread];
}

/** Runs one check, and turns an error into a finding. */
async function attempt(check: string, run: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DeniedError) return [deniedFinding(check, error)];
    return [finding(check, 'no answer', `not read: ${messageOf(error)}`)];
  }
}

function deniedFinding(check: string, { action, isByOrganisation }: DeniedError): Finding {
  const by = isByOrganisation ? ' by a policy of the organisation' : '';
  return finding(
    check,
    'not permitted',
    `not read: ${action} is denied${by}; docs/deploy.md has a policy that allows it`,
  );
}
