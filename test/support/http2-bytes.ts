/** What every HTTP/2 connection begins with. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Where the paths of the token service begin. */
export const SERVICE = '/influxchatops.token.v1.TokenService';
/** Types of frames, and their flags. */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;
export const END_STREAM = 1;
export const END_HEADERS = 4;

const greeting = Buffer.concat([PREFACE, frame({ type: SETTINGS })]);
/** The preface and settings a peer begins with, and these frames. */
export const greeted = (...frames: readonly Buffer[]) => Buffer.concat([greeting, ...frames]);

interface Frame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Uint8Array;
  /** What the frame says of its length; the truth when left out. */
  readonly length?: number;
}

/** One frame, true or not. */
export function frame({
  type,
  flags = 0,
  stream = 0,
  payload = Buffer.alloc(0),
  length = payload.length,
}: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length & 0xffffff, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Header fields as HPACK writes them without its tables. */
export function fields(entries: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(entries).map(([name, value]) => [Buffer.from([0]), string(name), string(value)]);
  return Buffer.concat(parts.flat());
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) length.push((left % 128) + 128);
  return Buffer.concat([Buffer.from([...length, left]), bytes]);
}

/** The header fields of a call. */
export const CALL = {
  ':method': 'POST',
  ':scheme': 'http',
  ':path': `${SERVICE}/GetToken`,
  ':authority': 'localhost',
  'content-type': 'application/grpc',
  te: 'trailers',
};

/** A call with changed header fields and this message. */
export function call(changes: Readonly<Record<string, string>>, message: Uint8Array, stream = 1): Buffer {
  const payload = fields({ ...CALL, ...changes });
  return Buffer.concat([
    frame({ type: HEADERS, flags: END_HEADERS, stream, payload }),
    frame({ type: DATA, flags: END_STREAM, stream, payload: message }),
  ]);
}

/** A gRPC message with the prefix it should have, or another one. */
export function message(body: Uint8Array, { compressed = 0, length = body.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([head, body]);
}
