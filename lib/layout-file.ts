import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { readFileIfAny, replaceFile } from './replace-file.ts';
import type { Target } from './target.ts';

/** The layout file where no other is named. */
export const layoutFileDefault = 'offbeat.layout.json';

const keySchema = z.string().regex(/^\d{12}\/[^/]+\/.+$/);
const keyExpected = 'expected a key ACCOUNT/REGION/NAME such as 111122223333/eu-north-1/Offbeat';
/** Entries by account, region and deployment; the parts of an entry by name. */
const fileSchema = z.record(keySchema, z.record(z.string(), z.unknown()));
type Entries = z.infer<typeof fileSchema>;

/**
 * One deployment's entry in the layout file: what is fixed for the life of the deployment, by part. The file is JSON and
 * is committed with the source of the app:
 *
 *     { "111122223333/eu-north-1/Offbeat": { "partitions": { "offbeat.beats": 2 }, "zones": ["eu-north-1a"] } }
 *
 * Parts are held back until `save`: a synth that fails must not fix what the next one may choose. The file is
 * read again at each call. Other entries and other parts are written back unchanged.
 */
export class LayoutEntry {
  readonly file: string;
  readonly target: Target;
  /** The key in the file: account, region and deployment. */
  readonly key: string;
  /** The parts that are not saved yet. */
  readonly #held = new Map<string, unknown>();

  /**
   * @param deployment a name that distinguishes the deployments of one app
   * @throws {UsageError} if the account is none, or the name is empty
   */
  constructor(file: string, target: Target, deployment: string) {
    this.file = file;
    this.target = target;
    this.key = `${target.account}/${target.region}/${deployment}`;
    if (!keySchema.safeParse(this.key).success) throw new UsageError(`${this.key}: ${keyExpected}`);
  }

  /**
   * Returns a part of the entry, as the file has it.
   * @returns `undefined` if it was not recorded yet
   * @throws {UsageError} naming the file, the place and the remedy, if the file or the part has another form
   */
  read<T>(part: string, schema: z.ZodType<T>): T | undefined {
    const recorded = this.#readAll()[this.key]?.[part];
    return recorded === undefined ? undefined : this.#check(schema, recorded, `"${this.key}", "${part}": `);
  }

  /** Records a part, in place of its earlier value, once the entry is saved. */
  record(part: string, value: unknown): void {
    this.#held.set(part, value);
  }

  /**
   * Writes the recorded parts to the file, if it does not have them yet. The file is created if it does not exist. What
   * other processes write to other entries at the same time is kept.
   * @throws {UsageError} as {@link read}; or if the file cannot be written, which then is as it was
   */
  save(): void {
    const all = this.#readAll();
    if (isDeepStrictEqual(all, this.#added(all))) return;
    replaceFile(this.file, (text) => `${JSON.stringify(this.#added(this.#parse(text)), null, 2)}\n`);
  }

  #added(all: Entries): Entries {
    return { ...all, [this.key]: { ...all[this.key], ...Object.fromEntries(this.#held) } };
  }

  /** The remedy for a record of stacks that were never deployed, as the end of a message. */
  get remedy(): string {
    return `if it was never deployed, delete "${this.key}" from ${this.file}`;
  }

  #readAll(): Entries {
    return this.#parse(readFileIfAny(this.file));
  }

  #parse(text: string | undefined): Entries {
    if (text === undefined) return {};
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (error) {
      throw this.#refusal('expected JSON, as synth wrote it', error);
    }
    return this.#check(fileSchema, content, '');
  }

  #check<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    if (issue!.code === 'invalid_key') {
      const key = JSON.stringify(issue!.path.at(-1));
      throw this.#refusal(`${key}: ${keyExpected}`, parsed.error, 'rename it, or delete it');
    }
    const path = issue!.path.map((step) => `${JSON.stringify(step)}: `).join('');
    throw this.#refusal(`${place}${path}${issue!.message}`, parsed.error);
  }

  #refusal(problem: string, cause: unknown, remedy = 'restore it from version control'): UsageError {
    return new UsageError(`${this.file}: ${problem}; ${remedy}`, { cause });
  }
}
