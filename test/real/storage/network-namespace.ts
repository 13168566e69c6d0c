import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const readable = { maxBuffer: 10_000_000, timeout: 60_000 };

/** Means that this machine lets the tests make network namespaces, and has packages of Debian. */
export const canMakeNamespaces =
  existsSync('/usr/bin/apt-get') &&
  existsSync('/usr/bin/dpkg-deb') &&
  spawnSync('ip', ['-V']).status === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'true']).status === 0;

/** Listens at an address, and connects to it: Node's program for {@link NetworkNamespace.check}. */
const echoProgram = `
const { createServer, connect } = require('node:net');
const address = process.argv[1];
const server = createServer((socket) => socket.end('inside'));
server.listen(0, address, () =>
  connect(server.address().port, address).on('data', (text) => { process.stdout.write(text); server.close(); }));
`;

/**
 * A network namespace whose only interface is its own loopback, with addresses that are not 127.x: the processes inside reach each
 * other there, and nothing else. No packet can leave it.
 */
export class NetworkNamespace {
  readonly #name: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(name: string) {
    this.#name = name;
  }

  /** Makes a namespace with addresses, and checks each of them. @throws {Error} if an address could be elsewhere */
  static async make(addresses: readonly string[]): Promise<NetworkNamespace> {
    const namespace = new NetworkNamespace(`offbeat-${process.pid}`);
    await run('ip', ['netns', 'add', namespace.#name]);
    try {
      await namespace.run('ip', 'link', 'set', 'lo', 'up');
      for (const address of addresses) await namespace.run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
      for (const address of addresses) await namespace.check(address);
    } catch (error) {
      await namespace.remove();
      throw error;
    }
    return namespace;
  }

  /** Checks that an address is inside, and that a connection to it is answered, before anything else is sent there. */
  async check(address: string): Promise<void> {
    const links = JSON.parse(await this.run('ip', '-json', 'link')) as readonly { readonly ifname: string }[];
    const names = links.map(({ ifname }) => ifname).join(', ');
    if (names !== 'lo') throw new Error(`the namespace has the interfaces ${names}, expected lo alone`);
    const [route] = JSON.parse(await this.run('ip', '-json', 'route', 'get', address)) as readonly {
      readonly type: string;
      readonly dev: string;
    }[];
    if (route?.type !== 'local' || route.dev !== 'lo') throw new Error(`${address} is not inside the namespace`);
    const said = await this.run(process.execPath, '-e', echoProgram, address);
    if (said !== 'inside') throw new Error(`${address} does not answer inside the namespace`);
  }

  /** Runs a program inside until it ends. @returns its output */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run('ip', ['netns', 'exec', this.#name, program, ...args], { ...readable, env: env() });
    return stdout;
  }

  /** Starts a program inside. Its mounts are its own. */
  start(program: string, ...args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#name, program, ...args], { stdio: 'ignore', env: env() });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Kills the programs that were started inside, and removes the namespace. */
  async remove(): Promise<void> {
    await Promise.all([...this.#children].map((child) => end(child, 'SIGKILL')));
    await run('ip', ['netns', 'delete', this.#name]);
  }
}

/** Returns the environment without the servers that the tests share: none of them is inside. */
const env = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OFFBEAT_')));

/** Sends a signal to a program, and waits until it has ended. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
