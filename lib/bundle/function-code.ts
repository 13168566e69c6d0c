import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSystem, Stack } from 'aws-cdk-lib';
import { type AssetCode, Code, type CodeConfig, type ResourceBindOptions } from 'aws-cdk-lib/aws-lambda';
import type { CfnResource } from 'aws-cdk-lib/core';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../../functions/functions.ts';
import type { Deployed } from '../../functions/shared/handler/deployed.ts';
import { type Bundles, type Files, settingsFile } from './bundle.ts';

/** A synth may ask for many functions in many stacks; they are bundled, or read, once a process. */
let bundles: Bundles | undefined;

/**
 * The code of a function, with what it is deployed with beside it. Its hash, and so whether a deployment replaces it,
 * depends on the contents of both alone.
 *
 * In the packed package the code is there; in a clone it is bundled when the first function of a process is made.
 * @param deployed as in the order of keys that it has: another order is another hash
 * @throws {Error} when it is bound, naming file and line, if the code cannot be bundled
 */
export function functionCode(name: FunctionName, deployed: Deployed): Code {
  return new FunctionCode(name, deployed);
}

class FunctionCode extends Code {
  readonly #name: FunctionName;
  readonly #deployed: Deployed;
  #asset: AssetCode | undefined;

  constructor(name: FunctionName, deployed: Deployed) {
    super();
    this.#name = name;
    this.#deployed = deployed;
  }

  override bind(scope: Construct): CodeConfig {
    if (this.#asset !== undefined) return this.#asset.bind(scope);
    const files = { ...this.#bundle(scope), [settingsFile]: JSON.stringify(this.#deployed) };
    const folder = FileSystem.mkdtemp('offbeat-');
    try {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
      this.#asset = Code.fromAsset(folder, { assetHash: hashOf(files) });
      return this.#asset.bind(scope);
    } finally {
      // By now the app has its copy, unless it was told to refer to what it is given where it lies.
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(folder, { recursive: true });
    }
  }

  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    this.#asset?.bindToResource(resource, options);
  }

  /** Nothing where `cdk` has no need of this stack's assets, as when it lists or destroys. */
  #bundle(scope: Construct): Files {
    if (!Stack.of(scope).bundlingRequired) return {};
    bundles ??= isPacked ? packedBundles() : bundleInChild();
    return bundles[this.#name];
  }
}

/** Compiled modules are only in the packed package. */
const isPacked = import.meta.filename.endsWith('.js');

/** What prepack wrote. */
function packedBundles(): Bundles {
  const root = join(import.meta.dirname, '../../bundles');
  return Object.fromEntries(functionNames.map((name) => [name, readFiles(join(root, name))])) as Bundles;
}

function readFiles(folder: string): Files {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

/**
 * Bundles every function in a process of its own.
 * @param root folder of `functions/`
 * @throws {Error} esbuild's, naming file and line
 */
export function bundleInChild(root = join(import.meta.dirname, '../..')): Bundles {
  const script = join(import.meta.dirname, 'print-bundles.ts');
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, root], {
    encoding: 'utf8',
    maxBuffer: bundlesBytesMax,
  });
  if (error === undefined && status === 0) return JSON.parse(stdout);
  throw new Error(`the functions could not be bundled: ${error?.message ?? stderr.trim()}`, { cause: error });
}

/** Ten functions of 1 MB, as much again for each source map, and room. */
const bundlesBytesMax = 100_000_000;

function hashOf(files: Files): string {
  const hash = createHash('sha256');
  for (const [file, text] of Object.entries(files).sort()) hash.update(JSON.stringify([file, text]));
  return hash.digest('hex');
}
