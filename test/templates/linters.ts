import { execFile, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pythonPackage } from '../real/servers/artifacts.ts';
import { type Policy, policiesOf } from './policies.ts';

/** A finding of a linter at one place of one template. */
export interface Finding {
  readonly id: string;
  /** The path of the template. */
  readonly file: string;
  readonly where: string;
}

export const cfnLintVersion = '1.58.0';

const timeoutMs = 300_000;
const outputBytesMax = 100_000_000;

/** A command of a Python package. Its exit code also reports findings, so only its output is evaluated. */
async function output(name: string, version: string, args: readonly string[]): Promise<unknown> {
  const folder = await pythonPackage(name, version);
  const options = { timeout: timeoutMs, maxBuffer: outputBytesMax };
  const text = await new Promise<string>((resolve, reject) => {
    // By its interpreter: the command itself names a folder that was renamed since.
    execFile(join(folder, 'python'), [join(folder, name), ...args], options, (error, stdout, stderr) => {
      if (error !== null && stdout.length === 0) reject(new Error(`${name}: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
  return JSON.parse(text);
}

/** A schema of a resource provider, as cfn-lint ships it. Properties are JSON pointers: `/properties/Name`. */
export interface ProviderSchema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
  readonly createOnlyProperties?: readonly string[];
  readonly conditionalCreateOnlyProperties?: readonly string[];
  readonly readOnlyProperties?: readonly string[];
}

/**
 * Returns the schemas of some types of resources.
 * @throws {Error} if cfn-lint has none for a type, or more than one
 */
export async function providerSchemas(types: readonly string[]): Promise<ReadonlyMap<string, ProviderSchema>> {
  const commands = await pythonPackage('cfn-lint', cfnLintVersion);
  const [folder] = globSync('../lib/python3*/site-packages/cfnlint/data/schemas/resources', { cwd: commands });
  const all = globSync('*.json', { cwd: join(commands, folder!) }).map(
    (file) => JSON.parse(readFileSync(join(commands, folder!, file), 'utf8')) as ProviderSchema & { typeName: string },
  );
  return new Map(
    types.map((type) => {
      const [schema, ...others] = all.filter(({ typeName }) => typeName === type);
      if (schema === undefined || others.length > 0)
        throw new Error(`cfn-lint: ${others.length + 1} schemas of ${type}`);
      return [type, schema];
    }),
  );
}

/** Errors and warnings, and what is merely informational not. */
export async function cfnLint(templates: readonly string[]): Promise<Finding[]> {
  type Match = { Rule: { Id: string }; Filename: string; Location: { Path: readonly (string | number)[] } };
  const matches = (await output('cfn-lint', cfnLintVersion, ['--format', 'json', '--', ...templates])) as Match[];
  return matches.map(({ Rule, Filename, Location }) => ({
    id: Rule.Id,
    file: Filename,
    where: Location.Path.join('/'),
  }));
}

/** @throws {Error} if a template could not be read */
export async function checkov(templates: readonly string[]): Promise<Finding[]> {
  type Check = { check_id: string; file_abs_path: string; resource: string };
  type Report = { summary: { parsing_errors: number; passed: number }; results: { failed_checks: Check[] } };
  // A file each, not a folder, which has bundles too. Nothing of it is sent anywhere.
  const files = templates.flatMap((template) => ['--file', template]);
  const options = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--output', 'json'];
  const { summary, results } = (await output('checkov', '3.3.30', [...options, ...files])) as Report;
  if (summary.parsing_errors > 0 || summary.passed === 0) throw new Error(`checkov: ${JSON.stringify(summary)}`);
  return results.failed_checks.map(({ check_id, file_abs_path, resource }) => ({
    id: check_id,
    file: file_abs_path,
    where: resource,
  }));
}

const policyCheck = `
import json, sys
from parliament import analyze_policy_string
findings = [
    [nth, finding.issue, str(finding.detail)]
    for nth, document in enumerate(json.load(sys.stdin))
    for finding in analyze_policy_string(json.dumps(document)).findings
]
json.dump(findings, sys.stdout)
`;

/** Returns what parliament finds in policies: by policy, its finding and the finding's detail, each once. */
export async function parliamentOn(policies: readonly Policy[]): Promise<(readonly [Policy, string, string])[]> {
  // Its last release (April 2025) imports pkg_resources, which Python 3.12 and newer no longer bring, nor setuptools 82.
  // Among the maintained tools it alone matches the resources of a statement with its actions: policy_sentry has newer
  // lists of actions, but only writes policies. cfn-lint checks the actions by newer lists too (W3037).
  const folder = await pythonPackage('parliament', '1.6.4', 'setuptools==80.9.0');
  const { stdout, stderr, status } = spawnSync(join(folder, 'python'), ['-c', policyCheck], {
    input: JSON.stringify(policies.map(({ document }) => document)),
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: outputBytesMax,
  });
  if (status !== 0) throw new Error(`parliament: ${stderr}`);
  const findings = JSON.parse(stdout) as readonly (readonly [number, string, string])[];
  const once = new Map(findings.map((finding) => [finding.join(' '), finding]));
  return [...once.values()].map(([nth, issue, detail]) => [policies[nth]!, issue, detail]);
}

/** Returns the actions of policies that do not exist, and the resources that do not fit. A deployment's templates are those of one folder. */
export async function parliament(templates: readonly string[]): Promise<Finding[]> {
  const folders = Map.groupBy(templates, dirname);
  const policies = [...folders].flatMap(([folder, files]) => {
    const read = files.map((file) => [stackOf(file), JSON.parse(readFileSync(file, 'utf8'))]);
    return policiesOf(Object.fromEntries(read)).map((policy) => ({ ...policy, file: fileOf(folder, policy.stack) }));
  });
  const found = await parliamentOn(policies);
  return found.map(([policy, id, detail]) => ({
    id,
    file: (policy as (typeof policies)[number]).file,
    where: `${policy.where} ${detail}`,
  }));
}

const suffix = '.template.json';
const stackOf = (file: string): string => basename(file, suffix);
const fileOf = (folder: string, stack: string): string => join(folder, `${stack}${suffix}`);

const schemaCheck = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_5).validate_str(sys.stdin.read())
print("" if error is None else error)
`;

/** Returns the first error of CycloneDX's own library in a bill of materials, by the schema of version 1.5, or an empty text. */
export async function cycloneDx(bom: unknown): Promise<string> {
  const folder = await pythonPackage('cyclonedx-python-lib[json-validation]', '11.12.0');
  const { stdout, stderr, status } = spawnSync(join(folder, 'python'), ['-c', schemaCheck], {
    input: JSON.stringify(bom),
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  if (status !== 0) throw new Error(`cyclonedx-python-lib: ${stderr}`);
  return stdout.trim();
}
