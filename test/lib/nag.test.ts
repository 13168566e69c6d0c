import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { deployments, synthesise } from '../support/deployment.ts';
import { quoted, securityPage, securityTable } from './security-page.ts';

interface Finding {
  readonly id: string;
  readonly path: string;
}

interface Acknowledgement extends Finding {
  readonly reason: string;
}

function findings(app: IConstruct, checks = new AwsSolutionsChecks()): Finding[] {
  return checks
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ id: ruleName, path: constructPath! })),
    );
}

/** Those that have a reason too. */
const allFindings = (app: IConstruct): Finding[] =>
  findings(app, Object.assign(new AwsSolutionsChecks(), { isAcknowledged: () => false }) as AwsSolutionsChecks);

function acknowledgements(app: IConstruct): Acknowledgement[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id: id.replace(/^Annotation::/, ''), path: node.path, reason }))
      .filter(({ id }) => id.startsWith('AwsSolutions-')),
  );
}

const isAbout = (given: Acknowledgement, found: Finding): boolean =>
  given.id === found.id && (found.path === given.path || found.path.startsWith(`${given.path}/`));

/** Wildcards have a table of their own. */
const isOfRule = ({ id }: Finding): boolean => !id.startsWith('AwsSolutions-IAM5[');

describe('cdk-nag', () => {
  const apps = new Map(deployments.map((name) => [name, synthesise(name).offbeat.node.root]));
  const given = [...apps.values()].flatMap(acknowledgements);

  describe.each(deployments)('on %s', (name) => {
    it('finds nothing without a reason beside it', () => {
      expect(findings(apps.get(name)!)).toEqual([]);
    });

    it('finds each thing that has a reason', () => {
      const found = allFindings(apps.get(name)!);
      const stale = acknowledgements(apps.get(name)!).filter((each) => !found.some((one) => isAbout(each, one)));
      expect(found.length).toBeGreaterThan(0);
      expect(stale).toEqual([]);
    });
  });

  it('has every reason on the page', () => {
    const reasons = new Set(given.flatMap(({ reason }) => reason.split('; ')));
    expect([...reasons].filter((reason) => !securityPage.includes(reason))).toEqual([]);
  });

  it('finds each thing that the page gives a reason for', () => {
    const listed = securityTable('cdk-nag').map(([id, , reason]) => `${quoted(id!)[0]} ${reason}`);
    const expected = given.filter(isOfRule).map(({ id, reason }) => `${id} ${reason}`);
    expect(listed.sort()).toEqual([...new Set(expected)].sort());
  });
});
