import { protocolFailure } from './failure.ts';

/** One object of a list may be as large as this. */
const MAX_ELEMENT_BYTES = 65_536;

const [QUOTE, BACKSLASH, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');
const WHITESPACE: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n'));

/** Finds where the objects of a JSON array begin and end, byte by byte, however it is cut into chunks. */
class ArrayScanner {
  #state: 'before' | 'first' | 'element' | 'comma' | 'after' = 'before';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #parts: Buffer[] = [];
  #size = 0;

  /** The texts of the objects that end in this chunk. */
  *scan(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (this.#depth === 0) {
        this.#between(byte);
        start = index;
      } else if (this.#within(byte)) {
        this.#keep(chunk.subarray(start, index + 1));
        yield Buffer.concat(this.#parts).toString();
        this.#parts = [];
        this.#size = 0;
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
  }

  end(): void {
    if (this.#state !== 'after') throw protocolFailure('the list of tokens ended too early');
  }

  #between(byte: number | undefined): void {
    if (WHITESPACE.has(byte)) return;
    if (this.#state === 'before' && byte === OPEN_ARRAY) this.#state = 'first';
    else if ((this.#state === 'first' || this.#state === 'element') && byte === OPEN_OBJECT) this.#depth = 1;
    else if (this.#state === 'comma' && byte === COMMA) this.#state = 'element';
    else if ((this.#state === 'first' || this.#state === 'comma') && byte === CLOSE_ARRAY) this.#state = 'after';
    else throw protocolFailure('the list of tokens is not an array of objects');
  }

  /** Whether this byte ends the object. */
  #within(byte: number | undefined): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.#depth -= 1;
    if (this.#depth === 0) this.#state = 'comma';
    return this.#depth === 0;
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > MAX_ELEMENT_BYTES) throw protocolFailure('one token of the list is longer than 64 KiB');
    this.#parts.push(part);
  }
}

/**
 * The objects of a JSON array as their own texts, one after the other, in memory for one object only. Throws a `Failure`
 * when the whole is not such an array; whether each text is JSON is left to the caller.
 */
export async function* arrayElements(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const scanner = new ArrayScanner();
  for await (const chunk of chunks) yield* scanner.scan(chunk);
  scanner.end();
}
