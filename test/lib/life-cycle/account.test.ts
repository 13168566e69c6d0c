import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Account, type DeployOptions, deploy, destroy, emptyAccount, remnants } from './account.ts';
import { readTemplate, type StackTemplate } from './template.ts';

/** Declares a resource. @param dependsOn the ids of resources that must exist before */
const resource = (Type: string, more: object = {}, ...DependsOn: string[]) => ({ Type, DependsOn, ...more });
const stack = (resources: object, name = 'Stack', isProtected = false): StackTemplate =>
  readTemplate(name, isProtected, { Resources: resources });

const quiet: DeployOptions = { writes: () => new Set() };
/** Functions write to the bucket as soon as the mapping exists. */
const busy: DeployOptions = {
  writes: (existing) => new Set(existing.has('Stack/Mapping') && existing.has('Stack/Bucket') ? ['Stack/Bucket'] : []),
};
const failAt = (id: string, options = quiet, name = 'Stack'): DeployOptions => ({
  ...options,
  failing: { stack: name, id },
});

const table = (more: object = {}) => resource('AWS::DynamoDB::Table', more);
const alarm = (...dependsOn: string[]) => resource('AWS::CloudWatch::Alarm', {}, ...dependsOn);

describe('a create that fails', () => {
  it('leaves nothing where everything may be deleted, and the next deploy completes', () => {
    const template = stack({ Table: table({ DeletionPolicy: 'RetainExceptOnCreate' }), Alarm: alarm() });
    const { account, problem } = deploy(emptyAccount, [template], failAt('Alarm'));
    expect(problem).toBe('Stack/Alarm: failed');
    expect(remnants(account)).toEqual([]);
    expect(deploy(account, [template], quiet).problem).toBeUndefined();
  });

  it('leaves a resource with a plain Retain outside of every stack', () => {
    const template = stack({ Table: table({ DeletionPolicy: 'Retain' }), Alarm: alarm() });
    expect(remnants(deploy(emptyAccount, [template], failAt('Alarm')).account)).toEqual(['Stack/Table']);
  });

  it('leaves a resource with a plain Retain also where its own create fails', () => {
    const template = stack({ Table: table({ DeletionPolicy: 'Retain' }) });
    expect(remnants(deploy(emptyAccount, [template], failAt('Table')).account)).toEqual(['Stack/Table']);
  });

  it('does not create what depends on the resource that fails', () => {
    const template = stack({
      Alarm: alarm(),
      Table: { ...table({ DeletionPolicy: 'Retain' }), DependsOn: 'Role' },
      Role: resource('AWS::IAM::Role', {}, 'Alarm'),
    });
    expect(remnants(deploy(emptyAccount, [template], failAt('Alarm')).account)).toEqual([]);
  });

  it('leaves a table with deletion protection, and what the table depends on, and so does the next deploy', () => {
    const guarded = resource('AWS::DynamoDB::Table', { Properties: { DeletionProtectionEnabled: true } }, 'Key');
    const template = stack({ Key: resource('AWS::KMS::Key'), Table: guarded, Alarm: alarm() });
    const failed = deploy(emptyAccount, [template], failAt('Alarm'));
    expect([...remnants(failed.account)].sort()).toEqual(['Stack/Key', 'Stack/Table']);
    expect(deploy(failed.account, [template], quiet).problem).toBe(
      'Stack/Table cannot be deleted: it has deletion protection',
    );
  });

  it('leaves a bucket that something wrote to before', () => {
    const resources = { Bucket: resource('AWS::S3::Bucket'), Alarm: alarm() };
    const mapping = (...dependsOn: string[]) => resource('AWS::Lambda::EventSourceMapping', {}, ...dependsOn);
    const early = stack({ ...resources, Mapping: mapping('Bucket') });
    expect(remnants(deploy(emptyAccount, [early], failAt('Alarm', busy)).account)).toEqual(['Stack/Bucket']);
    const last = stack({ ...resources, Mapping: mapping('Bucket', 'Alarm') });
    for (const id of last.resources.keys()) {
      expect(remnants(deploy(emptyAccount, [last], failAt(id, busy)).account), id).toEqual([]);
    }
  });

  it('cannot be tried again if the stack has termination protection', () => {
    const template = stack({ Alarm: alarm() }, 'Stack', true);
    const { account } = deploy(emptyAccount, [template], failAt('Alarm'));
    expect(deploy(account, [template], quiet).problem).toBe('Stack: the stack has termination protection');
  });

  it('keeps a name from the next try if the resource with the name stays', () => {
    const named = (DeletionPolicy: string, TableName: unknown) =>
      stack({ Table: table({ DeletionPolicy, Properties: { TableName } }), Alarm: alarm() });
    const retry = (template: StackTemplate) =>
      deploy(deploy(emptyAccount, [template], failAt('Alarm')).account, [template], quiet).problem;
    expect(retry(named('Retain', 'ledger'))).toMatch(/Table: the name is taken: AWS::DynamoDB::Table \["ledger"\]/);
    expect(retry(named('RetainExceptOnCreate', 'ledger'))).toBeUndefined();
    expect(retry(named('Retain', { 'Fn::Sub': `ledger-\${AWS::StackId}` }))).toBeUndefined();
  });

  it('keeps what its roll-back failed to delete once the next deploy has deleted the stack: billed, in no stack', () => {
    const template = stack({ Table: table({ DeletionPolicy: 'RetainExceptOnCreate' }), Alarm: alarm() });
    const undeletable = new Set(['Stack/Table']);
    const failed = deploy(emptyAccount, [template], { ...failAt('Alarm'), undeletable });
    expect(failed.problem).toBe('Stack/Alarm: failed; Stack/Table cannot be deleted: its deletion failed');
    expect(failed.account.stacks.get('Stack')?.status).toBe('ROLLBACK_FAILED');
    const again = deploy(failed.account, [template], quiet);
    expect(again).toMatchObject({ deleted: [] });
    expect(again.problem).toBeUndefined();
    expect(remnants(again.account)).toEqual(['Stack/Table']);
  });

  it('deletes the rest with the stack if nothing is kept', () => {
    const template = stack({ Table: table(), Alarm: alarm() });
    const failed = deploy(emptyAccount, [template], { ...failAt('Alarm'), undeletable: new Set(['Stack/Table']) });
    const again = deploy(failed.account, [template], quiet);
    expect(again).toMatchObject({ deleted: ['Stack/Table'] });
    expect(remnants(again.account)).toEqual([]);
  });

  it('leaves stacks that are complete, and the next deploy continues after them', () => {
    const first = readTemplate('First', false, {
      Resources: { Table: table({ DeletionPolicy: 'RetainExceptOnCreate' }) },
      Outputs: { Table: { Value: { Ref: 'Table' }, Export: { Name: 'First:Table' } } },
    });
    const second = stack(
      {
        Role: resource('AWS::IAM::Role', { Properties: { Description: { 'Fn::ImportValue': 'First:Table' } } }),
      },
      'Second',
    );
    const failed = deploy(emptyAccount, [first, second], failAt('Role', quiet, 'Second'));
    expect(failed.account.stacks.get('First')?.status).toBe('complete');
    expect(deploy(failed.account, [first, second], quiet)).toMatchObject({ deleted: [] });
    expect(deploy(emptyAccount, [second], quiet).problem).toBe('Second: nothing exports "First:Table"');
  });

  it('leaves nothing, whatever depends on what, if no resource has a policy or refuses', () => {
    const templates = fc
      .array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
      .map((rows) =>
        stack(
          Object.fromEntries(
            rows.map((row, nth) => [`R${nth}`, alarm(...row.filter((to) => to < nth).map((to) => `R${to}`))]),
          ),
        ),
      );
    fc.assert(
      fc.property(templates, fc.nat(11), (template, nth) => {
        const { account, deleted } = deploy(emptyAccount, [template], failAt(`R${nth % template.resources.size}`));
        expect(remnants(account)).toEqual([]);
        expect(new Set(deleted).size).toBe(deleted.length);
      }),
    );
  });
});

describe('a complete deployment', () => {
  const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
  const template = stack({ Table: table(kept), Alarm: alarm() });
  const { account } = deploy(emptyAccount, [template], quiet);

  it('is not changed by the same deployment again', () => {
    expect(deploy(account, [template], quiet)).toEqual({ account, deleted: [] });
  });

  it('loses no data when it is destroyed, unless the policy is Delete', () => {
    expect(destroy(account, [template])).toMatchObject({ deleted: ['Stack/Alarm'] });
    const careless = stack({ Table: table() });
    expect(destroy(deploy(emptyAccount, [careless], quiet).account, [careless]).deleted).toEqual(['Stack/Table']);
  });

  it('is not destroyed while it is protected, or while another stack uses it', () => {
    const guarded = stack({ Alarm: alarm() }, 'Stack', true);
    const after = deploy(account, [guarded], quiet).account;
    expect(destroy(after, [guarded]).problem).toBe('Stack: the stack has termination protection');
    const first = readTemplate('First', false, {
      Outputs: { Arn: { Export: { Name: 'arn' } } },
    });
    const second = stack({ Role: resource('AWS::IAM::Role', { Properties: { A: { 'Fn::ImportValue': 'arn' } } }) });
    const both = deploy(emptyAccount, [first, second], quiet).account;
    expect(destroy(both, [first]).problem).toBe('First: Stack imports its outputs');
  });

  it('is as before after an update that failed', () => {
    const update = stack({ Table: table(kept), Alarm: alarm(), Other: table(kept), Role: resource('AWS::IAM::Role') });
    const failed = deploy(account, [update], failAt('Role'));
    expect(failed).toMatchObject({ account, problem: 'Stack/Role: failed' });
    expect([...failed.deleted].sort()).toEqual(['Stack/Other', 'Stack/Role']);
  });

  it('keeps a replaced table if its UpdateReplacePolicy is Retain, and loses it otherwise', () => {
    const replaced = new Set(['Stack/Table']);
    expect(deploy(account, [template], { ...quiet, replaced })).toMatchObject({ deleted: [] });
    const careless = stack({ Table: table({ DeletionPolicy: 'Retain' }) });
    const before = deploy(emptyAccount, [careless], quiet).account;
    expect(deploy(before, [careless], { ...quiet, replaced }).deleted).toEqual(['Stack/Table']);
  });

  it('keeps its network only if the network is retained too', () => {
    const networkOf = (policy: object) =>
      readTemplate('Network', false, {
        Resources: {
          Vpc: resource('AWS::EC2::VPC', policy),
          Subnet: resource('AWS::EC2::Subnet', { ...policy, Properties: { VpcId: { Ref: 'Vpc' } } }),
          Group: resource('AWS::EC2::SecurityGroup', { ...policy, Properties: { VpcId: { Ref: 'Vpc' } } }),
          Other: resource('AWS::EC2::SecurityGroup', { Properties: { VpcId: { Ref: 'Vpc' } } }),
        },
        Outputs: Object.fromEntries(
          ['Subnet', 'Group'].map((id) => [id, { Value: { Ref: id }, Export: { Name: id } }]),
        ),
      });
    const imported = ['Subnet', 'Group'].map((Name) => ({ 'Fn::ImportValue': Name }));
    const cluster = stack({ Cluster: resource('AWS::MSK::Cluster', { ...kept, Properties: { In: imported } }) });
    const careless = networkOf({});
    const failed = destroy(deploy(emptyAccount, [careless, cluster], quiet).account, [careless, cluster]);
    expect(failed.deleted).toEqual(['Network/Other']);
    expect(failed.problem?.split('; ')).toEqual([
      'Network/Group cannot be deleted: Stack/Cluster uses it',
      'Network/Subnet cannot be deleted: Stack/Cluster uses it',
      'Network/Vpc cannot be deleted: Network/Subnet uses it',
    ]);
    expect(deploy(failed.account, [careless], quiet).problem).toBe(
      'Network: it is DELETE_FAILED, and cannot be updated',
    );
    const careful = networkOf(kept);
    const destroyed = destroy(deploy(emptyAccount, [careful, cluster], quiet).account, [careful, cluster]);
    expect(destroyed.problem).toBeUndefined();
    expect([...remnants(destroyed.account)].sort()).toEqual([
      'Network/Group',
      'Network/Subnet',
      'Network/Vpc',
      'Stack/Cluster',
    ]);
    // The next network is another one, which the old cluster is not in.
    const both = deploy(destroyed.account, [careless], quiet).account;
    expect(destroy(both, [careless]).problem).toBeUndefined();
  });

  it('empties a bucket that has a function for it, and is stuck with one that has none', () => {
    const bucket = { Bucket: resource('AWS::S3::Bucket'), Mapping: resource('AWS::Lambda::EventSourceMapping') };
    const emptying = stack({ ...bucket, Empty: resource('Custom::S3AutoDeleteObjects', {}, 'Bucket') });
    const full = (each: StackTemplate): Account => deploy(emptyAccount, [each], busy).account;
    expect(destroy(full(emptying), [emptying]).problem).toBeUndefined();
    expect(destroy(full(stack(bucket)), [stack(bucket)]).problem).toBe(
      'Stack/Bucket cannot be deleted: it is not empty',
    );
  });
});

describe('a template', () => {
  it('cannot be interpreted if it has a type without facts, an unknown policy, or a circle', () => {
    const unknown = stack({ Thing: resource('AWS::New::Thing') });
    expect(() => deploy(emptyAccount, [unknown], failAt('Thing'))).toThrow(/AWS::New::Thing has no row in/);
    expect(() => stack({ Table: table({ DeletionPolicy: 'Snapshot' }) })).toThrow(
      /Table: expected one of .*got Snapshot/,
    );
    expect(() => stack({ A: alarm('B'), B: alarm('A') })).toThrow('Stack: a circle among A, B');
  });

  it('orders resources by Ref, GetAtt in both forms, Sub and DependsOn', () => {
    const properties = (value: unknown) => resource('AWS::IAM::Role', { Properties: { Of: value } });
    const { resources } = stack({
      F: properties({ 'Fn::Sub': `arn:\${AWS::Region}:\${E.Arn}:\${!Literal}` }),
      E: properties([{ 'Fn::GetAtt': 'D.Arn' }]),
      D: properties({ deep: { 'Fn::GetAtt': ['C', 'Arn'] } }),
      C: properties({ Ref: 'B' }),
      B: alarm('A'),
      A: alarm(),
    });
    expect([...resources.keys()]).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  });
});
