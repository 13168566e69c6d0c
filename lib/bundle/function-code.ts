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
import { copyPage, hasPage, readPage } from './page.ts';

/** The bundles of all functions, made or read once for each process, however many stacks a synth has. */
let bundles: Bundles | undefined;

/**
 * Returns the code of a function, with the file of its settings and layout beside it. A deployment replaces the function
 * when the hash changes, which depends on the contents of the files alone.
 *
 * The packed package contains the code. In a clone, the first function of a process bundles all of them.
 * @param deployed settings and layout, absent for a function that reads neither; another order of keys gives another hash
 * @throws {Error} when the code is bound, naming file and line, if it cannot be bundled
 */
export function functionCode(name: FunctionName, deployed?: Deployed): Code {
  return new FunctionCode(name, deployed);
}

class FunctionCode extends Code {
  readonly #name: FunctionName;
  readonly #deployed: Deployed | undefined;
  #asset: AssetCode | undefined;

  constructor(name: FunctionName, deployed: Deployed | undefined) {
    super();
    this.#name = name;
    this.#deployed = deployed;
  }

  override bind(scope: Construct): CodeConfig {
    if (this.#asset !== undefined) return this.#asset.bind(scope);
    const files = { ...this.#bundle(scope), ...this.#settings() };
    const folder = FileSystem.mkdtemp('offbeat-');
    try {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
      const isWithPage = hasPage(this.#name) && Stack.of(scope).bundlingRequired;
      if (isWithPage) copyPage(folder);
      this.#asset = Code.fromAsset(folder, { assetHash: hashOf(files, isWithPage ? readPage() : new Map()) });
      return this.#asset.bind(scope);
    } finally {
      // The app has copied the folder, unless the context makes it use the folder in place.
      if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(folder, { recursive: true });
    }
  }

  override bindToResource(resource: CfnResource, options?: ResourceBindOptions): void {
    this.#asset?.bindToResource(resource, options);
  }

  #settings(): Files {
    return this.#deployed === undefined ? {} : { [settingsFile]: JSON.stringify(this.#deployed) };
  }

  /** Returns no files where `cdk` does not need the assets of the stack, as when it lists or destroys stacks. */
  #bundle(scope: Construct): Files {
    if (!Stack.of(scope).bundlingRequired) return {};
    bundles ??= isPacked ? packedBundles() : bundleInChild();
    return bundles[this.#name];
  }
}

/** The sign that this module runs from the packed package, which alone contains compiled modules. */
const isPacked = import.meta.filename.endsWith('.js');

/** Returns the bundles that `npm run build` wrote. */
function packedBundles(): Bundles {
  const root = join(import.meta.dirname, '../../bundles');
  return Object.fromEntries(functionNames.map((name) => [name, readFiles(join(root, name))])) as Bundles;
}

function readFiles(folder: string): Files {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

/**
 * Bundles every function in a child process, and waits for it.
 * @param root folder that contains `functions/`
 * @throws {Error} of esbuild, naming file and line
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

/** Bytes that all functions and source maps together never reach: each has 1 MB at most. */
const bundlesBytesMax = 100_000_000;

/** @param page the files of the page, sorted by their paths */
function hashOf(files: Files, page: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256');
  for (const [file, text] of Object.entries(files).sort()) hash.update(JSON.stringify([file, text]));
  for (const [file, bytes] of page) hash.update(JSON.stringify([file, bytes.length])).update(bytes);
  return hash.digest('hex');
}
