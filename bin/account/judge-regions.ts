import { otherRegions } from '../../lib/regions.ts';
import type { SettingsFile } from '../../settings/file.ts';
import { type Finding, finding } from './finding.ts';

/** Returns a finding for each region, other than that of the deployment, in which the settings name resources. */
export function judgeRegions(file: SettingsFile, region: string): readonly Finding[] {
  const byRegion = Map.groupBy(otherRegions(file, region), (each) => each.region);
  return [...byRegion].map(([other, resources]) => {
    const keys = resources.map(({ key }) => key).join(', ');
    return finding('region', 'problem', `in ${other} and not in ${region}: ${keys}`, [`export AWS_REGION=${other}`]);
  });
}
