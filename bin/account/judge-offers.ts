import { type Finding, finding, settingLines } from './finding.ts';
import type { OfferAnswer } from './port.ts';

/** The things that a deployment needs in each of its zones. */
export interface Wanted {
  /** The name of the check: `endpoints`, `machines`. */
  readonly check: string;
  /** The word for one of them, such as `interface endpoint`. */
  readonly thing: string;
  readonly names: readonly string[];
  /** The names of the zones in which all of them must be. */
  readonly zones: readonly string[];
  /** The number of zones that the deployment uses. */
  readonly zoneCount: number;
}

/**
 * Returns a finding about what a deployment wants in each of its zones. A zone without it fails the deployment after minutes:
 * "The VPC endpoint service … does not support the availability zone of the subnet".
 * @param offers an offer that names no zones is in all of them
 * @param others the names of all usable zones, of which the remedy chooses
 * @see https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/462
 */
export function judgeOffers(wanted: Wanted, offers: readonly OfferAnswer[], others: readonly string[]): Finding {
  const { check, thing, names, zones, zoneCount } = wanted;
  const isIn = (name: string, zone: string): boolean => {
    const offer = offers.find((each) => each.name === name);
    return offer !== undefined && (offer.zones.length === 0 || offer.zones.includes(zone));
  };
  const absent = names.filter((name) => !offers.some((each) => each.name === name));
  if (absent.length > 0) return finding(check, 'problem', `the region has no ${thing} ${absent.join(', ')}`);
  const missing = zones.flatMap((zone) =>
    names.filter((name) => !isIn(name, zone)).map((name) => `${name} in ${zone}`),
  );
  if (missing.length === 0) {
    return finding(check, 'ok', `each ${thing} (${names.join(', ')}) is offered in ${zones.join(', ')}`);
  }
  const usable = others.filter((zone) => names.every((name) => isIn(name, zone))).slice(0, zoneCount);
  const remedy = usable.length === zoneCount ? settingLines(`zones: [${usable.join(', ')}]`) : [];
  return finding(check, 'problem', `there is no ${thing} ${missing.join(', no ')}`, remedy);
}
