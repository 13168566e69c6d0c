import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { deployed, deploymentNames } from '../support/deployment.ts';
import { quoted, securityPage, securityTable } from './security-page.ts';

interface Finding {
  readonly id: string;
  readonly path: string;
}

interface Acknowledgement extends Finding {
  readonly reason: string;
}

function findings(app: App, checks = new AwsSolutionsChecks()): Finding[] {
  return checks
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ id: ruleName, path: constructPath! })),
    );
}

/** Findings with and without a reason. */
const allFindings = (app: App): Finding[] =>
  findings(app, Object.assign(new AwsSolutionsChecks(), { isAcknowledged: () => false }) as AwsSolutionsChecks);

function acknowledgements(app: App): Acknowledgement[] {
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
  const apps = new Map(deploymentNames.map((name) => [name, deployed(name).app]));
  const given = [...apps.values()].flatMap(acknowledgements);

  describe.each(deploymentNames)('on %s', (name) => {
    it('finds nothing without a reason beside it', () => {
      expect(findings(apps.get(name)!)).toEqual([]);
    });

    it('finds everything that has a reason beside it', () => {
      const found = allFindings(apps.get(name)!);
      const stale = acknowledgements(apps.get(name)!).filter((each) => !found.some((one) => isAbout(each, one)));
      expect(found.length).toBeGreaterThan(0);
      expect(stale).toEqual([]);
    });
  });

  it('gives only reasons that docs/security.md has', () => {
    const reasons = new Set(given.flatMap(({ reason }) => reason.split('; ')));
    expect([...reasons].filter((reason) => !securityPage.includes(reason))).toEqual([]);
  });

  it('finds everything that docs/security.md gives a reason for', () => {
    const listed = securityTable('cdk-nag').map(([id, , reason]) => `${quoted(id!)[0]} ${reason}`);
    const expected = given.filter(isOfRule).map(({ id, reason }) => `${id} ${reason}`);
    expect(listed.sort()).toEqual([...new Set(expected)].sort());
  });
});
