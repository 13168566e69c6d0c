import { topics } from '../../functions/shared/log/topics.ts';
import { partitionCounts, windowMs } from '../../settings/deployment.ts';
import { loadSettingsFile } from '../../settings/file.ts';
import { type DeploymentName, deployed, type Resource, settingsFileOf } from '../../test/support/deployment.ts';
import { type Bill, billOf } from './bill.ts';
import type { Load } from './flow.ts';
import { type Machines, machinesIn } from './machines.ts';

/** Series of each deployment: as many as the disks of its warehouse, or of its brokers, hold at least, in round numbers. */
export const seriesOf: Readonly<Record<DeploymentName, number>> = {
  minimal: 1_000,
  'no-warehouse': 1_000,
  production: 44_000,
  'bring-your-own': 44_000,
  'self-managed-kafka': 1_000,
};

/** Returns the part of a settings file of docs/deployments/ that only a deployment reads. */
export const settingsOf = (name: DeploymentName) => loadSettingsFile(settingsFileOf(name)).deployment;

/** Returns the resources of a deployment of docs/deployments/, as its templates have them. */
export const resourcesOf = (name: DeploymentName): Resource[] => [...deployed(name).resources.values()];

/** Returns what the templates of a deployment make that is billed by the month. */
export const machinesOf = (name: DeploymentName): Machines => machinesIn(resourcesOf(name));

/** Returns the load that a deployment is reckoned with: its window, partitions and days of restore, and its usual series. */
export function loadOf(name: DeploymentName): Load {
  const settings = settingsOf(name);
  const counts = partitionCounts(settings);
  return {
    series: seriesOf[name],
    windowMs: windowMs(settings),
    partitions: { beats: counts[topics.beats], samples: counts[topics.samples] },
    restoreDays: settings.restoreDays,
    hasWarehouse: settings.warehouse !== 'none',
  };
}

/** Returns the cost of a month of a deployment. @param other properties of the load that differ from those of the deployment */
export const billOfDeployment = (name: DeploymentName, other: Partial<Load> = {}): Bill =>
  billOf(machinesOf(name), { ...loadOf(name), ...other });
