import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };

const clone = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const env = {
  ...process.env,
  // `npm run` sets this clone as the project for every npm below it.
  npm_config_local_prefix: undefined,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  NO_COLOR: '1',
  // As `cdk` sets them for an app.
  CDK_DEFAULT_ACCOUNT: '111122223333',
  CDK_DEFAULT_REGION: 'eu-north-1',
};

/** The description that `npm pack` prints of its tarball. */
export interface Packed {
  readonly file: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
  /** The paths, relative to the package's root. */
  readonly files: readonly string[];
}

/** Packs this clone as it would be published, with a new build. @param folder the folder for the tarball */
export async function pack(folder: string): Promise<Packed> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: clone, env });
  const [{ filename, size, unpackedSize, files }] = JSON.parse(stdout);
  const paths = files.map(({ path }: { readonly path: string }) => path);
  return { file: join(folder, filename), bytes: size, unpackedBytes: unpackedSize, files: paths };
}

/** Another project, which has the package installed beside CDK and nothing of this clone. */
export class Consumer {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param folder a folder made for it */
  static async install(folder: string, { file }: Packed): Promise<Consumer> {
    mkdirSync(folder);
    const consumer = new Consumer(folder);
    consumer.write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
    const { 'aws-cdk-lib': library, constructs } = packageJson.devDependencies;
    const packages = [file, `aws-cdk-lib@${library}`, `constructs@${constructs}`];
    await consumer.run('npm', ['install', '--no-audit', '--no-fund', ...packages]);
    return consumer;
  }

  /** The folder of the installed package. */
  get package(): string {
    return join(this.folder, 'node_modules/offbeat');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs the command line as it is typed there. @returns its standard output */
  offbeat(...args: readonly string[]): Promise<string> {
    return this.run('npx', ['--no-install', 'offbeat', ...args]);
  }

  node(file: string): Promise<string> {
    return this.run(process.execPath, [file]);
  }

  /** Type-checks the files that its `tsconfig.json` names, with the compiler of this clone. */
  typecheck(): Promise<string> {
    return this.run(process.execPath, [join(clone, 'node_modules/typescript/bin/tsc')]);
  }

  /** @throws {Error} with the whole output, if it fails */
  private async run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: { ...env, CDK_OUTDIR: 'cdk.out' }, maxBuffer: 100_000_000 };
    try {
      return (await run(command, args, options)).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }
}
