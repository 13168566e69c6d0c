import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Emulator, startEmulator } from './emulator.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const timeoutMs = 120_000;

/** A folder from which `cdk` synthesises the app of the clone, as in a folder of one's own. */
class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'offbeat-zones-'));
  readonly #env: Readonly<Record<string, string>>;

  constructor({ environment }: Emulator, region: string) {
    const own = { HOME: this.path, CDK_HOME: this.path, TMPDIR: this.path, AWS_REGION: region };
    const quiet = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true', NO_COLOR: '1' };
    this.#env = { ...environment, ...own, ...quiet };
    writeFileSync(join(this.path, 'cdk.json'), readFileSync(join(root, 'cdk.json')));
    writeFileSync(join(this.path, 'offbeat.yaml'), readFileSync(join(root, 'docs/deployments/minimal.yaml')));
  }

  /** Returns the zones of the subnets in the template. @throws {Error} with the output of `cdk` in `stderr` */
  async synth(): Promise<readonly string[]> {
    await this.#cdk('synth', 'Offbeat-Network', '--quiet');
    const { Resources } = this.json('cdk.out/Offbeat-Network.template.json');
    return Object.values<{ Properties: { AvailabilityZone?: string } }>(Resources).flatMap(
      ({ Properties: { AvailabilityZone } }) => AvailabilityZone ?? [],
    );
  }

  /** Makes the account one that CDK may deploy to. @throws {Error} as `synth` */
  async bootstrap(region: string): Promise<void> {
    await this.#cdk('bootstrap', `aws://${account}/${region}`);
  }

  async #cdk(...command: readonly string[]): Promise<void> {
    const app = `"${process.execPath}" ${join(root, 'bin/app.ts')}`;
    const args = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...command, '--no-notices', '--app', app];
    await run(process.execPath, args, { cwd: this.path, env: this.#env, timeout: timeoutMs });
  }

  json(file: string) {
    return JSON.parse(readFileSync(join(this.path, file), 'utf8'));
  }

  has(file: string): boolean {
    return existsSync(join(this.path, file));
  }

  remove(file: string): void {
    rmSync(join(this.path, file));
  }

  close(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

let emulator: Emulator;
const folders: Folder[] = [];
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(async () => {
  for (const folder of folders) folder.close();
  await emulator?.close();
});

function folderIn(region: string): Folder {
  const folder = new Folder(emulator, region);
  folders.push(folder);
  return folder;
}

describe('cdk synth with credentials', () => {
  it('looks up the zones of a created VPC once, and records them with the layout', async () => {
    const folder = folderIn('eu-north-1');
    const zones = ['eu-north-1a', 'eu-north-1b'];
    expect(await folder.synth()).toEqual(zones);
    const { [`${account}/eu-north-1/Offbeat`]: recorded } = folder.json('offbeat.layout.json');
    expect(recorded).toMatchObject({ zones, partitions: { 'offbeat.beats': 1 } });

    // The file that cdk keeps what it looked up in: it would be written again.
    folder.remove('cdk.context.json');
    expect(await folder.synth()).toEqual(zones);
    expect(folder.has('cdk.context.json')).toBe(false);
  });

  it('asks for zones in us-east-1 before it looks anything up', async () => {
    const folder = folderIn('us-east-1');
    const { code, stderr } = await folder.synth().catch((error) => error);
    expect(code).toBe(1);
    expect(stderr).toContain('deployment.zones: is missing; in us-east-1, MSK accepts no broker in the zone');
    expect(folder.has('cdk.context.json')).toBe(false);
    expect(folder.has('offbeat.layout.json')).toBe(false);

    writeFileSync(join(folder.path, 'offbeat.yaml'), 'deployment: { zones: [us-east-1b, us-east-1c] }\n');
    expect(await folder.synth()).toEqual(['us-east-1b', 'us-east-1c']);
  });
});

describe('cdk bootstrap', () => {
  it('works in us-east-1 with settings that name no zones yet, and records nothing', async () => {
    const folder = folderIn('us-east-1');
    await folder.bootstrap('us-east-1');
    expect(folder.has('offbeat.layout.json')).toBe(false);
  });
});
