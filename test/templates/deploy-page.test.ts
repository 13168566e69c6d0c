import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploymentTables } from '../../bench/cost/deployments.ts';
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
      const env = { ...process.env, CDK_OUTDIR: join(folder, 'out'), CDK_CONTEXT_JSON: context };
      execFileSync(process.execPath, [file], { cwd: folder, env });
      const template = JSON.parse(readFileSync(join(folder, 'out/Alerting.template.json'), 'utf8'));
      const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
      expect(types).toContain('AWS::OpenSearchService::Domain');
      expect(types).not.toContain('AWS::MSK::Cluster');
      expect(readFileSync(join(folder, 'offbeat.layout.json'), 'utf8')).toContain('offbeat.samples');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
