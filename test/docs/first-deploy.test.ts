import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOfDeployment } from '../../bench/cost/deployments.ts';
import { hoursAMonth } from '../../bench/cost/month.ts';
import { deployed } from '../support/deployment.ts';
import { decisionOf } from '../support/simulated-policy.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8');
const page = read('first-deploy.md');
/** The blocks of shell of a text, in order. */
const shellOf = (text: string): string[] => [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
const blocks = shellOf(page);
/** The functions and variables of the runbook that the reader pastes before those of step 5. */
const tools = shellOf(/^## Tools$[\s\S]*?(?=^## )/m.exec(read('runbook.md'))![0]).join('\n');

/** Returns the variables and functions that lines of shell set: those in upper case, and the ones of credentials. */
const setBy = (shell: string): string[] => [
  ...[...shell.matchAll(/(?:^|\s)(?:export )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!),
  ...[...shell.matchAll(/^(\w+)\(\)/gm)].map(([, name]) => name!),
  ...(shell.includes('export-credentials') ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] : []),
];

/** Returns the variables in upper case and the functions that a line of shell uses. */
const usedBy = (line: string): string[] => [
  ...[...line.matchAll(/(?<!\\)\$\{?([A-Z][A-Z_]+)\b/g)].map(([, name]) => name!),
  ...[...line.matchAll(/(?:^|\$\(|"\$\()(offbeat_\w+|on_instance|decision|output|ids) /g)].map(([, name]) => name!),
];

describe('docs/first-deploy.md', () => {
  it('contains the cost of a day, of an hour and of a working day of the minimal deployment', () => {
    const { usd } = billOfDeployment('minimal');
    const of = (hours: number): string => `$${((usd * hours) / hoursAMonth).toFixed(2)}`;
    expect(page).toContain(`**${of(24)} for a day, ${of(1)} for an hour**`);
    expect(page).toContain(`A working day of 10 hours costs ${of(10)}.`);
  });

  it('names only stacks of the deployment', () => {
    const stacks = new Set(deployed('minimal').stacks.map(({ stackName }) => stackName));
    const named = [...page.matchAll(/(?:--stack-name |cdk (?:deploy|destroy) |\b(?:output|ids) )([\w -]+)/g)].flatMap(
      ([, names]) => names!.split(' ').filter((name) => name.startsWith('Offbeat')),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !stacks.has(name))).toEqual([]);
  });

  it('reads only outputs that the stacks print', () => {
    const { outputs } = deployed('minimal');
    const names = [...page.matchAll(/\$\(output Offbeat(?:-\w+)? (\w+)\)/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  it('asks only for types of resources that a stack contains', () => {
    const { resources } = deployed('minimal');
    const asked = [...page.matchAll(/\$\(ids (Offbeat[\w-]*) ([\w:]+)\)/g)].map(
      ([, stack, type]) => `${stack} ${type}`,
    );
    const existing = new Set([...resources].map(([place, { Type }]) => `${place.split('/')[0]} ${Type}`));
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((each) => !existing.has(each))).toEqual([]);
  });

  it('has shell that bash accepts', () => {
    const accepts = (input: string) => () => execFileSync('bash', ['-n'], { input, stdio: 'pipe' });
    for (const block of blocks) expect(accepts(block), block).not.toThrow();
    expect(accepts('echo $(')).toThrow();
  });

  it('uses only variables and functions that a command before has set', () => {
    const known = new Set<string>();
    const unset: string[] = [];
    for (const block of blocks) {
      if (block.startsWith('output()')) for (const name of setBy(tools)) known.add(name);
      for (const line of block.split('\n')) {
        unset.push(...usedBy(line).filter((name) => !known.has(name)));
        for (const name of setBy(line)) known.add(name);
      }
    }
    expect(unset).toEqual([]);
  });

  it('has no word in upper case that the reader must replace', () => {
    const defined =
      /\b(ALARM|FAILED|IDENTITY_POLICY|SUGGESTION|DAILY|DIMENSION|SERVICE|SELECT|MAX|SUM|FROM|SCHEMA|GROUP|EOF|YML|LOGIN|OFFBEAT_PASSWORD|SASL_SSL|AWS|GET)\b/g;
    const lines = blocks.flatMap((block) => block.replaceAll(/# .*/g, '').split('\n'));
    const words = lines.flatMap(
      (line) => line.replaceAll(defined, '').match(/(?<![\w$\\{.:-])[A-Z][A-Z_]{2,}\b(?![=:-])/g) ?? [],
    );
    expect(words).toEqual([]);
  });

  it('simulates permissions with a resource, and expects what the policies of detect say', () => {
    const lines = [...page.matchAll(/^decision (\S+) "\$(\w+)_ARN[^"]*" *# (\w+)$/gm)];
    expect(page.match(/simulate-principal-policy(?!.*--resource-arns)/g)).toBeNull();
    expect(lines.map(([, , , expected]) => expected).sort()).toEqual([
      ...Array(3).fill('allowed'),
      ...Array(3).fill('implicitDeny'),
    ]);
    for (const [, action, kind, expected] of lines) {
      expect([action, decisionOf('detect', action!, kind as 'BUCKET')]).toEqual([action, expected]);
    }
  });
});
