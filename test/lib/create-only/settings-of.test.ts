import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { type RecordedResources, recordOf, type Template } from '../../../lib/create-only/record.ts';
import type { RefusedChange } from '../../../lib/create-only/refused-change.ts';
import { settingsOf } from '../../../lib/create-only/settings-of.ts';
import { synthesise } from '../../support/deployment.ts';

/** Returns the record of a deployment. @param keys lines of `deployment` */
function recordWith(...keys: readonly string[]): RecordedResources {
  const { stacks, outdir } = synthesise(['deployment:', ...keys.map((key) => `  ${key}`)].join('\n'));
  const templates = stacks.map(({ stackName, templateFile }): Template => {
    const template = JSON.parse(readFileSync(join(outdir, templateFile), 'utf8')) as Omit<Template, 'stackName'>;
    return { ...template, stackName };
  });
  return recordOf(templates);
}

const vpc = 'vpc: { id: vpc-0a1b2c3d, zones: [a, b], subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e] }';
const topicArn = 'arn:aws:sns:eu-north-1:111122223333:mine';
const changes: Readonly<Record<string, { readonly from?: readonly string[]; readonly to: readonly string[] }>> = {
  key: { to: ["key: 'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'"] },
  alertTopic: { to: [`alertTopic: '${topicArn}'`] },
  alarmTopic: { to: [`alarmTopic: '${topicArn}'`] },
  egress: { to: ['egress: nat'] },
  vpc: { to: [vpc] },
  warehouse: { to: ['warehouse: none'] },
  size: { from: ['size: production'], to: ['size: minimal'] },
};

describe.each(Object.entries(changes))('a change of deployment.%s', (setting, { from = ['size: minimal'], to }) => {
  const refused = refusedChanges(recordWith(...from), recordWith(...to));

  it('is refused, and each message about a property or a lost resource begins with the setting', () => {
    const explained = refused.filter(({ kind }) => ['gone', 'replaced', 'lossy'].includes(kind));
    expect(explained.length).toBeGreaterThan(0);
    expect(explained.filter((each) => !settingsOf(each).some((one) => one === setting)).map(textOf)).toEqual([]);
  });
});

const textOf = (change: RefusedChange): string => messageOf(change, { file: 'f', entry: 'e' }).description;
