import { mskZoneRules } from '../../settings/msk-zones.ts';

const refusedIds: ReadonlySet<string> = new Set([...mskZoneRules.values()].flatMap((rule) => rule.refusedZoneIds));

/** Returns whether MSK refuses brokers in a zone. @param zoneId such as `use1-az3` */
export const isRefusedByMsk = (zoneId: string): boolean => refusedIds.has(zoneId);

/** Returns whether the settings must name the zones, because MSK may refuse the first ones of the region. */
export const mustNameZones = (region: string): boolean => mskZoneRules.has(region);

/** Returns whether a cluster of a region has exactly two subnets. */
export const hasExactlyTwoSubnets = (region: string): boolean => mskZoneRules.get(region)?.brokerZonesMax === 2;
