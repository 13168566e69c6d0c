import { DocumentLine } from './document-line.ts';
import type { RecordedLine } from './recording.ts';

/** A line with its document, and with the documents that follow it. */
export interface FollowedLine {
  readonly line: RecordedLine;
  /** The document; `undefined` for a line above the limit. */
  readonly document: DocumentLine | undefined;
  /** The documents that follow, as far as they were read. It is valid until the next line is asked for. */
  readonly following: Iterable<DocumentLine>;
}

interface Read {
  readonly line: RecordedLine;
  readonly document: DocumentLine | undefined;
}

/** The most lines that are read ahead: more than a step of a cluster, and soon read again for each jump. */
export const linesAheadMax = 512;
/** The most bytes that are read ahead, beside the line at hand. */
const bytesAheadMax = 8_000_000;

/** Yields each line with those that follow it: 512 lines, or 8 MB if that is less. */
export async function* followed(lines: AsyncIterable<RecordedLine>): AsyncGenerator<FollowedLine> {
  const window = new Window();
  for await (const line of lines) {
    window.add(line);
    while (window.isFull) yield window.take();
  }
  while (!window.isEmpty) yield window.take();
}

class Window {
  #read: Read[] = [];
  #from = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#from === this.#read.length;
  }

  get isFull(): boolean {
    return this.#read.length - this.#from > linesAheadMax || this.#bytes > bytesAheadMax;
  }

  add(line: RecordedLine): void {
    this.#read.push({ line, document: line.bytes && new DocumentLine(line.bytes) });
    this.#bytes += line.bytes?.length ?? 0;
  }

  take(): FollowedLine {
    const { line, document } = this.#read[this.#from]!;
    this.#from += 1;
    this.#bytes -= line.bytes?.length ?? 0;
    if (this.#from > linesAheadMax) {
      this.#read = this.#read.slice(this.#from);
      this.#from = 0;
    }
    return { line, document, following: { [Symbol.iterator]: () => this.#documents() } };
  }

  *#documents(): Generator<DocumentLine> {
    for (let at = this.#from; at < this.#read.length; at += 1) {
      const { document } = this.#read[at]!;
      if (document !== undefined) yield document;
    }
  }
}
