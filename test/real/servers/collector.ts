import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goProgram } from './artifacts.ts';

const run = promisify(execFile);
const version = '0.160.0';
/** The folders in which Go is looked for: it is often installed outside of the default path. */
const path = `${process.env.PATH}:/usr/local/go/bin`;
/** The limit of a building: longer than all tests beside it take, because a building that is given up begins anew. */
const buildTimeoutMs = 3_000_000;

/** Means that this machine has Go, without which the Collector cannot be built. */
export const hasGo = path.split(':').some((folder) => existsSync(join(folder, 'go')));

/**
 * Builds an OpenTelemetry Collector with the parts that docs/shippers.md names, once for each machine. It takes some minutes;
 * `.ci/prerequisites` begins it before the tests that need it.
 * @returns the path of the program
 */
export function collector(): Promise<string> {
  const manifest = join(import.meta.dirname, 'collector/builder.yaml');
  // A Collector of another manifest has other parts.
  const parts = createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 8);
  return goProgram(`collector-${version}-${parts}`, async (folder) => {
    copyFileSync(manifest, join(folder, 'builder.yaml'));
    const env = {
      ...process.env,
      PATH: path,
      GOPATH: join(folder, 'go'),
      GOBIN: join(folder, 'bin'),
      GOCACHE: join(folder, 'cache'),
      // Otherwise the modules could not be removed.
      GOFLAGS: '-modcacherw',
      CGO_ENABLED: '0',
    };
    const options = { cwd: folder, env, timeout: buildTimeoutMs };
    await run('nice', ['go', 'install', `go.opentelemetry.io/collector/cmd/builder@v${version}`], options);
    // Without optimisation the building takes a quarter less; the tests do not need a fast Collector.
    const quickly = ['--gcflags', 'all=-N -l'];
    await run('nice', [join(folder, 'bin', 'builder'), '--config', 'builder.yaml', ...quickly], options);
    return join(folder, 'dist', 'collector');
  });
}

// `.ci/prerequisites` runs this file.
if (import.meta.main && hasGo) await collector();
