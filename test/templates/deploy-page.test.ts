import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploymentTables } from '../../bench/cost/deployment-tables.ts';
import { withTables } from '../../docs/tables/markdown.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/deploy.md'), 'utf8');

describe('docs/deploy.md', () => {
  it('has every table as the templates make it; if not, run `npm run docs`', () => {
    expect(withTables(page, deploymentTables())).toBe(page);
  });

  it('shows an example that type checks, and synthesises', () => {
    const [, example] = /```ts\n([\s\S]*?)```/.exec(page)!;
    const file = join(root, 'test/support/deploy-example.ts');
    expect(readFileSync(file, 'utf8').replace("'../../lib/index.ts'", "'offbeat'")).toBe(example);
    const folder = mkdtempSync(join(tmpdir(), 'offbeat-example-'));
    try {
      writeFileSync(join(folder, 'offbeat.yaml'), 'cluster:\n  name: prod\n');
      const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
      const target = { CDK_DEFAULT_ACCOUNT: '111122223333', CDK_DEFAULT_REGION: 'eu-north-1' };
      const env = { ...process.env, ...target, CDK_OUTDIR: join(folder, 'out'), CDK_CONTEXT_JSON: context };
      const { stderr } = spawnSync(process.execPath, [file], { cwd: folder, env, encoding: 'utf8' });
      expect(stderr).not.toMatch(/warning/i);
      const template = JSON.parse(readFileSync(join(folder, 'out/Alerting.template.json'), 'utf8'));
      const created = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
      expect(created).toContain('AWS::OpenSearchService::Domain');
      expect(created).not.toContain('AWS::MSK::Cluster');
      const recorded = JSON.parse(readFileSync(join(folder, 'offbeat.layout.json'), 'utf8'));
      const { partitions, resources } = recorded['111122223333/eu-north-1/Alerting'];
      expect(partitions).toHaveProperty(['offbeat.samples']);
      const types = new Set(Object.values<{ type: string }>(resources).map(({ type }) => type));
      expect([...types]).toContain('AWS::OpenSearchService::Domain');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
