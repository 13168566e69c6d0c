import { UsageError } from '../functions/shared/domain/errors.ts';
import { receiverFacts } from '../functions/shared/domain/receivers/registry.ts';
import { isSecretsManagerReference, secretsManagerPrefix } from '../functions/shared/domain/secret-reference.ts';
import type { SettingsFile } from '../settings/file.ts';

type Named = Pick<SettingsFile, 'deployment'> & { readonly settings: Pick<SettingsFile['settings'], 'receivers'> };

/** A resource that the settings name, as a key and the region that its ARN, its zone or its address contains. */
export interface Located {
  readonly key: string;
  readonly region: string;
}

/**
 * Returns the resources of the settings that are in another region than the deployment. Stacks, functions and alarms use
 * resources of their own region alone. Ids of VPCs, subnets and security groups contain no region, and an address that is
 * not one of AWS says nothing.
 */
export function otherRegions(file: Named, region: string): readonly Located[] {
  return located(file).filter((each) => each.region !== region);
}

/**
 * Refuses settings that name resources of another region, before anything is recorded.
 * @param region the region of the credentials
 * @throws {UsageError} naming every such key, the regions and the remedy
 */
export function checkRegions(file: Named, region: string): void {
  const byRegion = Map.groupBy(otherRegions(file, region), (each) => each.region);
  if (byRegion.size === 0) return;
  const where = [...byRegion].map(([other, resources]) => `${resources.map(({ key }) => key).join(', ')}: in ${other}`);
  const remedies = [...byRegion.keys()].map((other) => `AWS_REGION=${other}`).join(' or ');
  throw new UsageError(
    `${where.join('; ')}; and the credentials deploy to ${region}. Set ${remedies}, or name resources of ${region}`,
  );
}

function located({ deployment, settings }: Named): Located[] {
  const { vpc, kafka, domain, page, key, alertTopic, alarmTopic } = deployment;
  const arns: readonly (readonly [string, string | undefined])[] = [
    ['deployment.kafka.cluster', kafka && 'cluster' in kafka ? kafka.cluster : undefined],
    ['deployment.kafka.secret', kafka?.secret],
    ['deployment.kafka.secretKey', kafka?.secretKey],
    ['deployment.domain.arn', domain?.arn],
    ['deployment.key', key],
    ['deployment.alertTopic', alertTopic],
    ['deployment.alarmTopic', alarmTopic],
    ...settings.receivers.flatMap((receiver) =>
      receiverFacts(receiver)
        .secrets.filter(isSecretsManagerReference)
        .map(
          (secret) =>
            [`the secret of the receiver ${receiver.name}`, secret.slice(secretsManagerPrefix.length)] as const,
        ),
    ),
  ];
  return [
    ...(vpc?.zones ?? []).map((zone) => ({ key: `deployment.vpc.zones (${zone})`, region: regionOfZone(zone) })),
    ...arns.map(([name, arn]) => ({ key: name, region: regionOfArn(arn) })),
    { key: 'deployment.domain.endpoint', region: regionOfEndpoint(domain?.endpoint) },
    // The id of a user pool begins with its region.
    { key: 'deployment.page.userPool', region: typeof page === 'string' ? undefined : page.userPool.split('_')[0] },
  ].filter((each): each is Located => each.region !== undefined);
}

/** Returns the region of `us-east-1a`, or of the local zone `us-east-1-bos-1a`. */
const regionOfZone = (zone: string): string | undefined => /^([a-z]+(?:-[a-z]+)+-\d+)(?:[a-z]$|-)/.exec(zone)?.[1];

const regionOfArn = (arn: string | undefined): string | undefined =>
  /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(arn ?? '')?.[1];

/** Returns the region of `https://vpc-logs-0a1b.eu-north-1.es.amazonaws.com`. */
const regionOfEndpoint = (endpoint: string | undefined): string | undefined =>
  /\.([a-z0-9-]+)\.es\.amazonaws\.com(?:\.cn)?\/?$/.exec(endpoint ?? '')?.[1];
