/**
 * The few values that a certificate is made of, in DER (X.690). Nothing here reads what others wrote: that is left to
 * OpenSSL. Node can make keys and signatures but no certificates, and what can would bring two dozen packages into the
 * process that holds the management tokens.
 */

/** Values one after the other. */
export function sequence(...values: readonly Buffer[]): Buffer {
  return value(0x30, ...values);
}

/** Values in no order; of one, here. */
export function set(...values: readonly Buffer[]): Buffer {
  return value(0x31, ...values);
}

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Buffer): Buffer {
  const sign = (bytes[0] ?? 0) >= 0x80 ? [0] : [];
  return value(0x02, Buffer.from(sign), bytes);
}

/** What an identifier such as `1.2.840.10045.4.3.2` names. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** The truth value that is not left out. */
export function yes(): Buffer {
  return value(0x01, Buffer.from([0xff]));
}

/** A text. */
export function utf8(text: string): Buffer {
  return value(0x0c, Buffer.from(text));
}

/** Bits, of which the last byte leaves so many unused. */
export function bits(bytes: Buffer, unused = 0): Buffer {
  return value(0x03, Buffer.from([unused]), bytes);
}

/** Bytes, or another value as bytes. */
export function octets(bytes: Buffer): Buffer {
  return value(0x04, bytes);
}

/** To the second; in the form that RFC 5280 asks for in that year. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050 ? value(0x17, Buffer.from(digits.slice(2))) : value(0x18, Buffer.from(digits));
}

/** `[number]`, around other values or in place of the tag of one. */
export function tagged(number: number, kind: 'around' | 'instead', ...contents: readonly Buffer[]): Buffer {
  return value((kind === 'around' ? 0xa0 : 0x80) + number, ...contents);
}

function value(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Buffer): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 + bytes.length, ...bytes];
}

function base128(number: number): readonly number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
