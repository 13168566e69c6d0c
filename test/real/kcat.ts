import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianPackages } from './servers/artifacts.ts';

const run = promisify(execFile);

/** Debian's kcat, a client of Kafka on librdkafka: it shares no code with the client that Offbeat uses. */
export class Kcat {
  readonly #files: string;
  readonly #broker: string;

  private constructor(files: string, broker: string) {
    this.#files = files;
    this.#broker = broker;
  }

  /** Downloads kcat. @param broker `host:port` */
  static async of(broker: string): Promise<Kcat> {
    return new Kcat(await debianPackages('kcat', 'kcat', 'librdkafka1', 'libyajl2'), broker);
  }

  /** Produces messages, one for each text. */
  async produce(topic: string, texts: readonly string[]): Promise<void> {
    await this.#run(['-P', '-t', topic], texts.map((text) => `${text}\n`).join(''));
  }

  /** Reads a topic to its end, without a group, and returns the number of its messages. */
  async count(topic: string): Promise<number> {
    return lines(await this.#run(['-C', '-e', '-q', '-t', topic, '-o', 'beginning', '-f', '%p %o\n']));
  }

  /** Reads a topic to its end as a group, which commits, and returns how many messages it got. */
  async read(group: string, topic: string): Promise<number> {
    const settings = ['-X', 'auto.offset.reset=earliest', '-X', 'enable.partition.eof=true'];
    return lines(await this.#run(['-G', group, '-e', '-q', ...settings, '-f', '%p %o\n', topic]));
  }

  async #run(args: readonly string[], input = ''): Promise<string> {
    const libraries = readdirSync(join(this.#files, 'usr/lib')).map((folder) => join(this.#files, 'usr/lib', folder));
    const running = run(join(this.#files, 'usr/bin/kcat'), ['-b', this.#broker, ...args], {
      env: { LD_LIBRARY_PATH: libraries.join(':') },
      timeout: 30_000,
    });
    running.child.stdin!.end(input);
    return (await running).stdout;
  }
}

const lines = (text: string): number => text.split('\n').length - 1;
