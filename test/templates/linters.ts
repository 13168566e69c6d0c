import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonPackage } from '../real/servers/artifacts.ts';

/** A finding of a linter at one place of one template. */
export interface Finding {
  readonly id: string;
  /** The path of the template. */
  readonly file: string;
  readonly where: string;
}

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

/** Errors and warnings, and what is merely informational not. */
export async function cfnLint(templates: readonly string[]): Promise<Finding[]> {
  type Match = { Rule: { Id: string }; Filename: string; Location: { Path: readonly (string | number)[] } };
  const matches = (await output('cfn-lint', '1.58.0', ['--format', 'json', '--', ...templates])) as Match[];
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
