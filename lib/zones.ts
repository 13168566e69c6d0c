import { Annotations, Fn, type Stack } from 'aws-cdk-lib';
import { ContextProvider } from 'aws-cdk-lib/cloud-assembly-schema';
import { PROVIDER_ERROR_KEY } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { type DeploymentSettings, zonesOf } from '../settings/deployment.ts';
import { mskZoneRules } from '../settings/msk-zones.ts';
import type { LayoutEntry } from './layout-file.ts';
import type { Target } from './target.ts';

const zonesSchema = z.array(z.string());
const lookupSchema = z.union([zonesSchema, z.object({ [PROVIDER_ERROR_KEY]: z.string() })]);

/**
 * Returns the zones of a VPC that is created, and records them. They are those of the settings, else the recorded ones,
 * else the first of the region, which `cdk` looks up. So a region is asked once: subnets whose zone changes are replaced,
 * and MSK and OpenSearch cannot move to others.
 * @param stack the stack of the VPC
 * @param entry `undefined` without an account: the templates are only looked at, and CloudFormation would choose
 * @returns names, or placeholders, which are not recorded, while `cdk` looks them up and then synthesises again, or where MSK
 *   needs zones that a person chose: then the stack gets an error, with which it is not deployed and nothing is recorded.
 *   `cdk bootstrap`, which synthesises too, passes
 * @throws {UsageError} naming the key and the remedy, for zones that are not of the region, not the recorded ones, too few,
 *   not found, or refused by MSK
 */
export function zonesIn(stack: Stack, settings: DeploymentSettings, entry: LayoutEntry | undefined): readonly string[] {
  const given = settings.zones.length > 0 ? settings.zones : undefined;
  const needed = zonesOf[settings.size];
  if (entry === undefined) return given ?? chosenByAws(needed);
  const { target } = entry;
  const recorded = entry.read('zones', zonesSchema);
  checkRegion(given, target);
  checkRecorded({ given, recorded, entry, settings });
  const known = given ?? recorded;
  const unchosen = settings.kafka === undefined ? checkBrokers(known, target, settings) : undefined;
  if (unchosen !== undefined) {
    Annotations.of(stack).addError(unchosen);
    return chosenByAws(needed);
  }
  const zones = known ?? lookUp(stack, target, settings);
  if (zones === undefined) return placeholders.slice(0, needed);
  if (recorded === undefined) entry.record('zones', zones);
  return zones;
}

/** Returns zones of the region of a deployment, in an order that AWS does not guarantee. */
const chosenByAws = (count: number): string[] =>
  Array.from({ length: count }, (_, zone) => Fn.select(zone, Fn.getAzs()));

/** Words that CloudFormation refuses, should it ever see them; CDK's own are the same. */
const placeholders = ['dummy1a', 'dummy1b', 'dummy1c'];

/** Returns whether a zone is one of the region itself, and no local zone (us-east-1-bos-1a) or other extension of it. */
const isOf = (region: string, zone: string): boolean =>
  zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length));

function checkRegion(given: readonly string[] | undefined, { region }: Target): void {
  const stray = given?.find((zone) => !isOf(region, zone));
  if (stray !== undefined) {
    throw new UsageError(
      `deployment.zones: ${stray} is no zone of ${region}, where the credentials deploy to; name zones such as ${region}a, or set AWS_REGION`,
    );
  }
}

interface Candidates {
  readonly given: readonly string[] | undefined;
  readonly recorded: readonly string[] | undefined;
  readonly entry: LayoutEntry;
  readonly settings: DeploymentSettings;
}

function checkRecorded({ given, recorded, entry, settings: { size } }: Candidates): void {
  if (recorded === undefined) return;
  // The size first: who adds a zone for it must not be told to take the zone away again.
  if (recorded.length < zonesOf[size]) {
    throw new UsageError(
      `deployment.size: ${size} has machines in ${zonesOf[size]} zones, and the deployment was created in ${recorded.join(', ')}; ` +
        'brokers cannot move into another zone. Go back to the former size, deploy a second one beside it (docs/deploy.md, ' +
        `What cannot be changed in place), or, ${entry.remedy}`,
    );
  }
  const [before, now] = [recorded.join(', '), given?.join(', ') ?? recorded.join(', ')];
  if (now !== before) {
    throw new UsageError(
      `deployment.zones: created in ${before}, now ${now}; zones and their order are fixed for the life of the brokers. ` +
        `Go back to [${before}], or, ${entry.remedy}`,
    );
  }
}

/**
 * Refuses zones that MSK would refuse after minutes, when the VPC exists already.
 * @returns what is wrong, where a person must choose the zones and did not
 */
function checkBrokers(
  zones: readonly string[] | undefined,
  { region }: Target,
  { size }: DeploymentSettings,
): string | undefined {
  const rule = mskZoneRules.get(region);
  if (rule === undefined) return undefined;
  const { reason, brokerZonesMax = Number.POSITIVE_INFINITY } = rule;
  if (zonesOf[size] > brokerZonesMax) {
    throw new UsageError(
      `deployment.size: ${size} has brokers in ${zonesOf[size]} zones, and ${reason} (${region}); set size: minimal, or deploy to another region`,
    );
  }
  if (zones !== undefined) return undefined;
  return (
    `deployment.zones: is missing; in ${region}, ${reason}. Set ${zonesOf[size]} zones, such as ` +
    `[${region}b, ${region}c]; npx offbeat check-account prints their names with their ids`
  );
}

/**
 * Returns the first zones of a region by name, as `cdk` found them, or asks it to look: it then calls EC2, adds the answer
 * to the context and runs the app again.
 * @returns `undefined` in the run that asks
 */
function lookUp(stack: Stack, { account, region }: Target, { size }: DeploymentSettings): string[] | undefined {
  const key = `availability-zones:account=${account}:region=${region}`;
  const found: unknown = stack.node.tryGetContext(key);
  if (found === undefined) {
    const props = { account, region };
    stack.reportMissingContextKey({ key, provider: ContextProvider.AVAILABILITY_ZONE_PROVIDER, props });
    return undefined;
  }
  const remedy = `set ${zonesOf[size]} zones, such as [${region}a, ${region}b]`;
  const parsed = lookupSchema.safeParse(found);
  if (!parsed.success) throw new UsageError(`deployment.zones: the context ${key} is no list of zones; ${remedy}`);
  if (!Array.isArray(parsed.data)) {
    const { [PROVIDER_ERROR_KEY]: problem } = parsed.data;
    throw new UsageError(`deployment.zones: the zones of ${region} could not be looked up (${problem}); ${remedy}`);
  }
  const zones = parsed.data.filter((zone) => isOf(region, zone)).sort();
  if (zones.length < zonesOf[size]) {
    throw new UsageError(
      `deployment.size: ${size} has machines in ${zonesOf[size]} zones, and ${region} offers ${zones.join(', ') || 'none'} ` +
        'to this account; deploy to another region, or to another account',
    );
  }
  return zones.slice(0, zonesOf[size]);
}
