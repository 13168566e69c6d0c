import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder of the servers, which are downloaded once for each machine, outside the clone. */
const cache = process.env.OFFBEAT_TEST_SERVERS ?? join(homedir(), '.cache', 'offbeat-test-servers');

const fetchTimeoutMs = 300_000;
const compileTimeoutMs = 900_000;
const outputBytesMax = 100_000_000;
/** Milliseconds between two looks at whether another process has built a program. */
const lookAgainMs = 1_000;

/**
 * Downloads the jars of Maven artifacts and all their dependencies.
 * @param coordinates `group:artifact:version`
 * @returns a folder of jars
 */
export async function mavenJars(name: string, ...coordinates: readonly string[]): Promise<string> {
  return once(`${name}-${coordinates[0]!.split(':').at(-1)}`, async (folder) => {
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, pomOf(coordinates));
    const jars = join(folder, 'lib');
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], {
      timeout: fetchTimeoutMs,
    });
  }).then((folder) => join(folder, 'lib'));
}

/**
 * Installs a Python package in an environment of its own.
 * @param beside packages that it needs and does not name, with their versions: `setuptools==80.9.0`
 * @returns the folder of its commands
 */
export async function pythonPackage(name: string, version: string, ...beside: readonly string[]): Promise<string> {
  const folder = await once([`${name}-${version}`, ...beside].join('+').replaceAll('==', '-'), async (building) => {
    await run('python3', ['-m', 'venv', '--copies', join(building, 'venv')], { timeout: fetchTimeoutMs });
    const pip = join(building, 'venv', 'bin', 'python');
    await run(pip, ['-m', 'pip', 'install', '--quiet', `${name}==${version}`, ...beside], { timeout: fetchTimeoutMs });
  });
  return join(folder, 'venv', 'bin');
}

/**
 * The folder in which an installed Node has what compiled packages are built against; without it the build downloads
 * its own.
 */
const nodeHeaders = '/usr/include/node/common.gypi';

/**
 * Installs packages of npm that are compiled at their installation.
 * @param source the folder of their `package.json` and its lock file, in the clone
 * @returns its `node_modules`
 */
export async function npmPackage(name: string, version: string, source: string): Promise<string> {
  const folder = await once(`${name}-${version}`, async (building) => {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(source, file), join(building, file));
    const headers = existsSync(nodeHeaders) ? { npm_config_nodedir: '/usr' } : {};
    const env = { ...process.env, ...headers };
    await run('npm', ['ci', '--no-audit', '--no-fund', '--foreground-scripts'], {
      cwd: building,
      env,
      timeout: compileTimeoutMs,
      maxBuffer: outputBytesMax,
    });
  });
  return join(folder, 'node_modules');
}

/**
 * Downloads packages of Debian and unpacks them, without installing them: no daemon of theirs is started, and it needs no
 * other rights. Libraries that the machine has are not unpacked.
 * @returns the folder of their files
 */
export async function debianPackages(name: string, ...packages: readonly string[]): Promise<string> {
  return once(`debian-${name}`, async (folder) => {
    await run('apt-get', ['download', '-qq', ...packages], { cwd: folder, timeout: fetchTimeoutMs });
    for (const file of readdirSync(folder)) await run('dpkg-deb', ['-x', file, '.'], { cwd: folder });
  });
}

/**
 * Builds a program of Go's modules. A second process waits while a first one builds it.
 * @param build gets an empty folder for everything, and returns the program's path in it
 * @returns the path of the program
 */
export async function goProgram(name: string, build: (folder: string) => Promise<string>): Promise<string> {
  const lock = join(cache, `${name}.lock`);
  mkdirSync(cache, { recursive: true });
  for await (const _ of setInterval(lookAgainMs)) {
    if (existsSync(join(cache, name))) break;
    if (!isLockedByOther(lock)) await buildGoProgram(name, build).finally(() => rmSync(lock));
  }
  return join(cache, name, 'program');
}

async function buildGoProgram(name: string, build: (folder: string) => Promise<string>): Promise<void> {
  await once(name, async (folder) => {
    const building = join(folder, 'building');
    mkdirSync(building);
    renameSync(await build(building), join(folder, 'program'));
    rmSync(building, { recursive: true });
  });
}

/** Returns whether another running process has the lock; otherwise this process has it now. */
function isLockedByOther(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return false;
  } catch {
    if (isRunning(Number(readFileSync(lock, 'utf8')))) return true;
    rmSync(lock);
    return isLockedByOther(lock);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Creates a folder, or uses the existing one. It gets its name when it is complete, so that a half-made one is never
 * used.
 */
async function once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const building = `${folder}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  await make(building);
  if (!existsSync(folder)) renameSync(building, folder);
  return folder;
}

function pomOf(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>offbeat</groupId><artifactId>test-server</artifactId><version>1</version>' +
    `<dependencies>${dependencies.join('')}</dependencies></project>`
  );
}

/**
 * Returns a Java that is new enough: the default one, or one beside it.
 * @throws {Error} if there is none, with what to install
 */
export async function javaOf(majorMin: number): Promise<string> {
  const homes = [process.env.JAVA_HOME, ...besideTheDefault()].filter((home) => home !== undefined);
  const found = homes.find((home) => majorOf(home) >= majorMin);
  if (found !== undefined) return join(found, 'bin', 'java');
  const { stderr } = await run('java', ['-version'], { timeout: 10_000 });
  if (Number(/version "(\d+)/.exec(stderr)?.[1]) >= majorMin) return 'java';
  throw new Error(`no Java ${majorMin} or newer: install one, and set JAVA_HOME to it if it is not in /usr/lib/jvm`);
}

const jvms = '/usr/lib/jvm';

function besideTheDefault(): string[] {
  return existsSync(jvms) ? readdirSync(jvms).map((name) => join(jvms, name)) : [];
}

/** Finds a JDK by the file that every one since 9 has in its home. */
function majorOf(home: string): number {
  const release = join(home, 'release');
  if (!existsSync(release)) return 0;
  return Number(/JAVA_VERSION="(\d+)/.exec(readFileSync(release, 'utf8'))?.[1] ?? 0);
}
