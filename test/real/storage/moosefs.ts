import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianPackages } from '../servers/artifacts.ts';
import { end, NetworkNamespace } from './network-namespace.ts';

/** The addresses of the cluster. A master refuses chunkservers at 127.x. */
export const masterAddress = '10.77.0.10';
export const serverAddresses = ['10.77.0.11', '10.77.0.12', '10.77.0.13'] as const;
type ServerAddress = (typeof serverAddresses)[number];

const offbeat = join(import.meta.dirname, '../../../bin/offbeat.js');

/** The sizes of the disks, MiB: different ones, so that no two servers can be confused. They are in memory, and empty. */
const diskMiB: Readonly<Record<ServerAddress, number>> = { '10.77.0.11': 600, '10.77.0.12': 700, '10.77.0.13': 800 };

/** A master and three chunkservers of Debian's MooseFS, each at its own address in a network namespace. */
export class MooseFsCluster {
  readonly #files: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-moosefs-'));
  readonly #namespace: NetworkNamespace;
  readonly #servers = new Map<ServerAddress, ChildProcess>();

  private constructor(files: string, namespace: NetworkNamespace) {
    this.#files = files;
    this.#namespace = namespace;
  }

  static async start(): Promise<MooseFsCluster> {
    const packages = ['moosefs-master', 'moosefs-chunkserver', 'moosefs-cli'];
    const files = await debianPackages('moosefs', ...packages);
    const namespace = await NetworkNamespace.make([masterAddress, ...serverAddresses]);
    const cluster = new MooseFsCluster(files, namespace);
    cluster.#startMaster();
    for (const address of serverAddresses) cluster.startServer(address);
    return cluster;
  }

  /** Starts a chunkserver with an empty disk. */
  startServer(address: ServerAddress): void {
    const disk = join(this.#folder, address, 'disk');
    for (const folder of [disk, join(this.#folder, address, 'data')]) mkdirSync(folder, { recursive: true });
    this.#writeDisks(address, '');
    const config = this.#write(`${address}.cfg`, {
      DATA_PATH: join(this.#folder, address, 'data'),
      HDD_CONF_FILENAME: join(this.#folder, `${address}.disks`),
      HDD_LEAVE_SPACE_DEFAULT: '64MiB',
      MASTER_HOST: masterAddress,
      MASTER_RECONNECTION_DELAY: '1',
      BIND_HOST: address,
      CSSERV_LISTEN_HOST: address,
      LABELS: address === '10.77.0.11' ? 'A,S' : 'B',
    });
    const mount = `mount -t tmpfs -o size=${diskMiB[address]}m tmpfs "${disk}"`;
    const program = join(this.#files, 'usr/sbin/mfschunkserver');
    const script = `${mount} && exec "${program}" -f -c "${config}" start`;
    this.#servers.set(address, this.#namespace.start('sh', '-c', script));
  }

  /** Kills a chunkserver, as a crash does. */
  async killServer(address: ServerAddress): Promise<void> {
    await end(this.#servers.get(address)!, 'SIGKILL');
  }

  /** Stops a chunkserver, as its service manager does. */
  async stopServer(address: ServerAddress): Promise<void> {
    await end(this.#servers.get(address)!, 'SIGTERM');
  }

  /** Marks the disk of a chunkserver for removal, and lets it read that. */
  markForRemoval(address: ServerAddress): void {
    this.#writeDisks(address, '*');
    this.#servers.get(address)!.kill('SIGHUP');
  }

  /** Returns the lines of `mfscli -SCS`, each as its columns. */
  async mfscli(): Promise<readonly (readonly string[])[]> {
    const program = join(this.#files, 'usr/bin/mfscli');
    const output = await this.#namespace.run('python3', program, '-H', masterAddress, '-SCS', '-s|');
    return output
      .split('\n')
      .filter((line) => line.includes('|'))
      .map((line) => line.split('|'));
  }

  /** Runs `offbeat collect` inside the namespace. @returns what it printed */
  collect(...flags: readonly string[]): Promise<string> {
    return this.offbeat('collect', `moosefs://${masterAddress}`, ...flags);
  }

  /** Runs a command of `offbeat` inside the namespace. @returns what it printed */
  offbeat(command: string, ...flags: readonly string[]): Promise<string> {
    return this.#namespace.run(process.execPath, offbeat, command, ...flags);
  }

  /** Starts `offbeat start` inside the namespace, with settings of its own: it watches this storage, and nothing else. */
  startOffbeat(settings: string): void {
    const file = join(this.#folder, 'offbeat.yaml');
    writeFileSync(file, settings);
    const flags = ['--no-replay', '--no-host', '--no-self-check', '--data', join(this.#folder, 'store')];
    this.#namespace.start(process.execPath, offbeat, 'start', '--settings', file, ...flags);
  }

  async remove(): Promise<void> {
    await this.#namespace.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #startMaster(): void {
    const data = join(this.#folder, 'master');
    mkdirSync(data);
    // A new master begins with these eight bytes, which its package has as `metadata.mfs.empty`.
    writeFileSync(join(data, 'metadata.mfs'), 'MFSM NEW');
    const exports = join(this.#folder, 'exports');
    writeFileSync(exports, '* / rw\n');
    const listens = ['MATOML', 'MATOCS', 'MATOCL'].map((part) => [`${part}_LISTEN_HOST`, masterAddress]);
    const config = this.#write('master.cfg', {
      DATA_PATH: data,
      EXPORTS_FILENAME: exports,
      ...Object.fromEntries(listens),
    });
    this.#namespace.start(join(this.#files, 'usr/sbin/mfsmaster'), '-f', '-c', config, 'start');
  }

  #writeDisks(address: ServerAddress, mark: '' | '*'): void {
    writeFileSync(join(this.#folder, `${address}.disks`), `${mark}${join(this.#folder, address, 'disk')}\n`);
  }

  #write(name: string, options: Readonly<Record<string, string>>): string {
    const path = join(this.#folder, name);
    const all = { WORKING_USER: 'root', WORKING_GROUP: 'root', NICE_LEVEL: '0', ...options };
    const lines = Object.entries(all).map(([option, value]) => `${option} = ${value}\n`);
    writeFileSync(path, lines.join(''));
    return path;
  }
}
