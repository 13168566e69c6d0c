import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, 'power-cut.c');

/**
 * A folder whose files survive as a power cut leaves them: with what was synced, and nothing else. `power-cut.c`
 * watches what a process does there; it explains what is kept where.
 */
export class PowerCut {
  readonly folder: string;
  readonly #kept: string;
  readonly #library: string;

  /**
   * @param directory an empty one, for the folder, the copy of what was synced, and the library
   * @throws if there is no C compiler
   */
  constructor(directory: string) {
    this.folder = join(directory, 'folder');
    this.#kept = join(directory, 'kept');
    this.#library = join(directory, 'power-cut.so');
    compile(this.#library);
    mkdirSync(this.folder);
    this.#keepAll();
  }

  /** The environment variables of a process that is watched. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.#library, POWER_CUT_FOLDER: this.folder, POWER_CUT_KEPT: this.#kept };
  }

  /** Replaces the folder by what was synced. No watched process may be running. */
  cut(): void {
    const number = statSync(this.folder).ino;
    const survivors = `${this.folder}-survivors`;
    this.#restore(number, survivors);
    rmSync(this.folder, { recursive: true });
    renameSync(survivors, this.folder);
    this.#keepAll();
  }

  #restore(number: number, target: string): void {
    mkdirSync(target);
    for (const { kind, inode, name } of entriesOf(join(this.#kept, `folder-${number}`))) {
      const path = join(target, name);
      const content = join(this.#kept, `file-${inode}`);
      if (kind === 'd') this.#restore(inode, path);
      else if (existsSync(content)) copyFileSync(content, path);
      else writeFileSync(path, '');
    }
  }

  /** Counts everything that exists now as synced. */
  #keepAll(): void {
    rmSync(this.#kept, { recursive: true, force: true });
    mkdirSync(this.#kept);
    this.#keepFolder(this.folder);
  }

  #keepFolder(path: string): void {
    const lines = readdirSync(path, { withFileTypes: true }).map((entry) => {
      const child = join(path, entry.name);
      const { ino } = statSync(child);
      if (entry.isDirectory()) this.#keepFolder(child);
      else copyFileSync(child, join(this.#kept, `file-${ino}`));
      return `${entry.isDirectory() ? 'd' : 'f'} ${ino} ${entry.name}\n`;
    });
    writeFileSync(join(this.#kept, `folder-${statSync(path).ino}`), lines.join(''));
  }
}

function compile(library: string): void {
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, source], { stdio: 'pipe' });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    const reason = stderr?.toString() || message;
    throw new Error(`the power cut needs a C compiler named cc (.ci/prerequisites installs one): ${reason}`);
  }
}

interface Entry {
  readonly kind: string;
  readonly inode: number;
  readonly name: string;
}

/** Returns the entries of a folder's list; a folder that was never synced has none. */
function entriesOf(list: string): Entry[] {
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [kind, inode, ...name] = line.split(' ');
    return { kind: kind!, inode: Number(inode), name: name.join(' ') };
  });
}
