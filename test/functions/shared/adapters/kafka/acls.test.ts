import { AclOperations, AclPermissionTypes, ResourceTypes } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { shipperAcls } from '../../../../../functions/shared/adapters/kafka/acls.ts';
import { topics } from '../../../../../functions/shared/log/topics.ts';

const acls = shipperAcls('beats');
const of = (permission: number) => acls.filter(({ permissionType }) => permissionType === permission);

describe('the ACLs of the shippers', () => {
  it('allow the user to write and describe the topic of beats, and nothing else', () => {
    expect(of(AclPermissionTypes.ALLOW).map(({ operation, resourceName }) => [operation, resourceName])).toEqual([
      [AclOperations.WRITE, topics.beats],
      [AclOperations.DESCRIBE, topics.beats],
    ]);
  });

  it('forbid the user to write another topic of Offbeat, to read or change any, and every group and the cluster', () => {
    const denied = of(AclPermissionTypes.DENY);
    const named = (type: number) => denied.filter(({ resourceType }) => resourceType === type);
    const others = Object.values(topics).filter((topic) => topic !== topics.beats);
    const written = named(ResourceTypes.TOPIC).filter(({ operation }) => operation === AclOperations.WRITE);
    expect(written.map(({ resourceName }) => resourceName)).toEqual(others);
    const everywhere = named(ResourceTypes.TOPIC).filter(({ resourceName }) => resourceName === '*');
    expect(everywhere.map(({ operation }) => operation)).toContain(AclOperations.READ);
    expect(everywhere.map(({ operation }) => operation)).not.toContain(AclOperations.WRITE);
    expect(named(ResourceTypes.GROUP).map(({ resourceName }) => resourceName)).toEqual(['*']);
    expect(named(ResourceTypes.CLUSTER).map(({ resourceName }) => resourceName)).toEqual(['kafka-cluster']);
  });

  it('are all of this one user', () => {
    expect(new Set(acls.map(({ principal }) => principal))).toEqual(new Set(['User:beats']));
  });
});
