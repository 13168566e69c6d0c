import { type Finding, finding, settingLines } from './finding.ts';
import { hasExactlyTwoSubnets, isRefusedByMsk, mustNameZones } from './msk-zones.ts';
import type { Plan } from './plan.ts';
import type { ZoneAnswer } from './port.ts';

type ZonePlan = Pick<Plan, 'size' | 'zones' | 'zoneCount' | 'brokers' | 'createsVpc'>;

/**
 * Returns a finding about the zones that subnets and brokers would be in. Its message has the ids of the zones, because
 * AWS's documentation names zones by id, and the settings by name.
 */
export function judgeZones(zones: readonly ZoneAnswer[], plan: ZonePlan, region: string): Finding {
  const all = zones.toSorted(byName);
  const usable = all.filter((zone) => isUsable(zone, plan));
  const listed = `zones: ${all.map((zone) => textOf(zone, plan)).join(', ') || 'none'}`;
  const fault = faultOf(all, usable, plan, region);
  if (fault !== undefined) return finding('zones', 'problem', `${fault.message}; ${listed}`, fault.remedy);
  if (!plan.createsVpc) return finding('zones', 'ok', listed);
  return finding(
    'zones',
    'ok',
    plan.zones.length > 0 ? listed : `${listed}; to keep to these, set`,
    pasted(usable, plan),
  );
}

/** Returns the names of the zones that brokers and subnets can be in, in the order of their names. */
export const usableZones = (zones: readonly ZoneAnswer[], plan: Pick<Plan, 'brokers'>): readonly string[] =>
  zones
    .toSorted(byName)
    .filter((zone) => isUsable(zone, plan))
    .map(({ name }) => name);

/** Returns the names of the zones that a deployment would be in: those of the settings, else the first of the region. */
export const zonesUsed = (zones: readonly ZoneAnswer[], { zones: named, zoneCount }: ZonePlan): readonly string[] =>
  named.length > 0
    ? named
    : zones
        .toSorted(byName)
        .map(({ name }) => name)
        .slice(0, zoneCount);

interface Fault {
  readonly message: string;
  readonly remedy: readonly string[];
}

function faultOf(
  all: readonly ZoneAnswer[],
  usable: readonly ZoneAnswer[],
  plan: ZonePlan,
  region: string,
): Fault | undefined {
  const { size, zoneCount, brokers, createsVpc } = plan;
  if (brokers > 0 && zoneCount !== 2 && hasExactlyTwoSubnets(region)) {
    const message = `size: ${size} has brokers in ${zoneCount} zones, and MSK accepts exactly two subnets in ${region}`;
    return { message, remedy: settingLines('size: minimal') };
  }
  if (createsVpc && usable.length < zoneCount) {
    const message = `size: ${size} needs ${zoneCount} zones, and ${usable.length} can be used`;
    return { message, remedy: size === 'minimal' ? [] : settingLines('size: minimal') };
  }
  const remedy = createsVpc ? settingLines(zonesLine(usable, plan)) : [];
  const instead = createsVpc ? '' : ': name subnets in other zones';
  for (const name of plan.zones) {
    const zone = all.find((each) => each.name === name);
    if (zone === undefined)
      return { message: `the settings name the zone ${name}, which ${region} does not have${instead}`, remedy };
    if (!isUsable(zone, plan)) return { message: `the settings name the zone ${textOf(zone, plan)}${instead}`, remedy };
  }
  if (createsVpc && brokers > 0 && plan.zones.length === 0 && mustNameZones(region)) {
    return {
      message: `MSK does not accept every choice of zones in ${region}, so the settings must name them`,
      remedy,
    };
  }
  return undefined;
}

const isUsable = ({ id, state }: ZoneAnswer, { brokers }: Pick<Plan, 'brokers'>): boolean =>
  state === 'available' && !(brokers > 0 && isRefusedByMsk(id));

function textOf({ name, id, state }: ZoneAnswer, { brokers }: ZonePlan): string {
  const why = [
    ...(state === 'available' ? [] : [state]),
    ...(brokers > 0 && isRefusedByMsk(id) ? ['refused by MSK'] : []),
  ];
  return `${name} (${[id, ...why].join(', ')})`;
}

const zonesLine = (usable: readonly ZoneAnswer[], { zoneCount }: ZonePlan): string =>
  `zones: [${usable
    .slice(0, zoneCount)
    .map(({ name }) => name)
    .join(', ')}]`;

/** Returns the lines that keep the zones as they are; none if the settings name zones already. */
const pasted = (usable: readonly ZoneAnswer[], plan: ZonePlan): readonly string[] =>
  plan.zones.length > 0 ? [] : settingLines(zonesLine(usable, plan));

const byName = (a: ZoneAnswer, b: ZoneAnswer): number => (a.name < b.name ? -1 : Number(a.name > b.name));
