import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonPackage } from '../real/servers/artifacts.ts';
import { cfnLintVersion } from './linters.ts';

interface Schema {
  readonly handlers?: Readonly<Record<string, { readonly permissions?: readonly string[] }>>;
}

/** Returns the actions that CloudFormation calls to create, read, change or delete resources, by type. */
export async function actionsToDeploy(types: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = await schemaFolder();
  const files: Record<string, string> = json(join(folder, 'providers/us-east-1.json'));
  return new Map(
    types
      .filter((type) => files[type] !== undefined)
      .map((type) => {
        const { handlers = {} }: Schema = json(join(folder, 'resources', `${files[type]}.json`));
        return [type, Object.values(handlers).flatMap(({ permissions = [] }) => permissions)] as const;
      }),
  );
}

/** Returns the folder of AWS's schemas of resource types, which come with cfn-lint. */
async function schemaFolder(): Promise<string> {
  const commands = await pythonPackage('cfn-lint', cfnLintVersion);
  const script = 'import cfnlint, os; print(os.path.dirname(cfnlint.__file__))';
  const installed = execFileSync(join(commands, 'python'), ['-c', script], { encoding: 'utf8' }).trim();
  return join(installed, 'data/schemas');
}

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
