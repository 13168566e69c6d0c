import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bootstrapQualifier } from '../../../bin/account/bootstrap.ts';
import { defaultQualifier, judgeBootstrap, versionParameter } from '../../../bin/account/judge-bootstrap.ts';

const folder = mkdtempSync(join(tmpdir(), 'offbeat-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true }));

const caller = { account: '123456789012', region: 'eu-north-1' };

/** Returns the qualifier by a `cdk.json` with a text. */
function qualifierBy(text: string): string {
  writeFileSync(join(folder, 'cdk.json'), text);
  return bootstrapQualifier(folder);
}

const named = (qualifier: unknown) => JSON.stringify({ context: { '@aws-cdk/core:bootstrapQualifier': qualifier } });

describe('the qualifier of the bootstrap', () => {
  it.each(['{}', '{ "app": "node x.js", "context": { "a": true } }'])('is the default by %s', (text) =>
    expect(qualifierBy(text)).toBe('hnb659fds'),
  );

  it('is the default without cdk.json', () => {
    expect(bootstrapQualifier(join(folder, 'none'))).toBe('hnb659fds');
  });

  it.each([
    ['{', /^cdk\.json: is no JSON \(.+\); correct it$/],
    ['[]', 'cdk.json: the file: expected an object, got []'],
    ['{ "context": 1 }', 'cdk.json: context: expected an object, got 1'],
    [named('a qualifier'), 'expected 1 to 10 letters and digits, got "a qualifier"'],
    [named('../x'), 'cdk.json: context.@aws-cdk/core:bootstrapQualifier: expected'],
    [named(7), 'got 7'],
  ])('is refused by %s', (text, message) => expect(() => qualifierBy(text)).toThrow(message));

  it('is what CDK accepts', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,10}$/), (qualifier) => {
        expect(qualifierBy(named(qualifier))).toBe(qualifier);
      }),
    );
  });

  it.each([
    ['team_a', { '@aws-cdk/core:bootstrapQualifier': 'team_a' }],
    [defaultQualifier, {}],
  ])('%s leads to the parameter that CDK itself reads at a deployment', (qualifier, context) => {
    const stack = new Stack(new App({ context, outdir: join(folder, `${qualifier}.out`) }), 'Stack');
    new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
    const { template } = (stack.node.root as App).synth().getStackByName('Stack');
    expect(template.Parameters.BootstrapVersion.Default).toBe(versionParameter(qualifier));
  });
});

describe('the judgement of the bootstrap', () => {
  const stateOf = (version: string | undefined) => judgeBootstrap(version, 'team_a', caller).state;

  it('needs version 6 or newer, which aws-cdk-lib 2.276 requires', () => {
    const states = [undefined, '5', '6', '28', 'new', '', '6.5'].map(stateOf);
    expect(states).toEqual(['problem', 'problem', 'ok', 'ok', 'problem', 'problem', 'problem']);
  });

  it('has the bootstrap of this account and region as its remedy, and names the parameter', () => {
    const { message, remedy } = judgeBootstrap(undefined, 'team_a', caller);
    expect(remedy).toEqual(['npx cdk bootstrap --qualifier team_a aws://123456789012/eu-north-1']);
    expect(message).toContain('/cdk-bootstrap/team_a/version');
  });
});
