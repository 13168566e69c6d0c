/** The zones that MSK refuses in one region. */
export interface MskZoneRule {
  /** The ids of zones in which it accepts no broker. Names of zones have other ids in each account. */
  readonly refusedZoneIds: readonly string[];
  /** The most zones that the brokers of a cluster may be in, if fewer than elsewhere. */
  readonly brokerZonesMax?: number;
  /** The rule in one clause, for a message. */
  readonly reason: string;
}

/**
 * The regions where MSK does not accept any two or three zones: brokers of a created cluster need zones that a person
 * chose.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-msk-cluster-brokernodegroupinfo.html
 *   "Client subnets can't occupy the Availability Zone with ID use1-az3", "If you use the US West (N. California) Region,
 *   specify exactly two subnets", read on 2026-11-29
 */
export const mskZoneRules: ReadonlyMap<string, MskZoneRule> = new Map([
  [
    'us-east-1',
    {
      refusedZoneIds: ['use1-az3'],
      reason: 'MSK accepts no broker in the zone with the id use1-az3, which has another name in each account',
    },
  ],
  [
    'us-west-1',
    { refusedZoneIds: [], brokerZonesMax: 2, reason: 'MSK accepts brokers in exactly two zones of that region' },
  ],
]);
