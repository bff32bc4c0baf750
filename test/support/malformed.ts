import fc from 'fast-check';
import {
  CALL,
  CONTINUATION,
  call,
  DATA,
  END_HEADERS,
  END_STREAM,
  fields,
  frame,
  greeted,
  HEADERS,
  message,
  PING,
  PREFACE,
  RST_STREAM,
  SERVICE,
  SETTINGS,
  WINDOW_UPDATE,
} from './http2-bytes.ts';

/** What a peer writes on one connection, and the kind of nonsense it is. */
export interface Nonsense {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

const noise = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));

const stream = fc.oneof(fc.constantFrom(0, 1, 2, 3, 5, 0x7fffffff, 0xffffffff), fc.nat(100));
const anyFrame = fc
  .record({
    type: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 255 })),
    flags: fc.integer({ min: 0, max: 255 }),
    stream,
    payload: noise(64),
    lie: fc.option(fc.oneof(fc.constantFrom(0, 1, 16_384, 16_385, 0xffffff), fc.nat(80)), { freq: 3 }),
  })
  .map(({ lie, ...rest }) => frame({ ...rest, ...(lie === null ? {} : { length: lie }) }));

const method = fc.constantFrom('GetToken', 'RevokeToken', 'ListTokens').map((name) => `${SERVICE}/${name}`);
const otherPath = fc.constantFrom(
  '',
  '/',
  '*',
  '//',
  `${SERVICE}/DropDatabase`,
  `${SERVICE}/`,
  `${SERVICE}/__proto__`,
  '/x',
  'GetToken',
  '/grpc.health.v1.Health/Check',
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  `/${'x'.repeat(9_000)}`,
);
const oddHeader = fc.oneof(
  fc
    .constantFrom('', 'text/html', 'application/json', 'application/grpc+xml', 'application/grpc-web')
    .map((type) => ({ 'content-type': type })),
  fc.constantFrom('GET', 'PUT', 'CONNECT', 'x', '').map((name) => ({ ':method': name })),
  otherPath.map((path) => ({ ':path': path })),
  fc.constantFrom('', '0n', '-1S', '99999999999H', '1x', 'NaN').map((timeout) => ({ 'grpc-timeout': timeout })),
  fc.constantFrom('gzip', 'x', 'identity,gzip').map((encoding) => ({ 'grpc-encoding': encoding })),
  fc.constantFrom('', 'not trailers').map((te) => ({ te })),
  noise(40).map((value) => ({ 'x-bin': value.toString('latin1') })),
  fc.constantFrom('Upper-Case', ':unknown', 'connection', '', 'a b').map((name) => ({ [name]: 'x' })),
  fc.nat(20_000).map((length) => ({ 'x-long': 'x'.repeat(length) })),
);

/** A protobuf message of ours, cut, with a wrong length or wire type, or no message at all. */
const brokenMessage = fc.oneof(
  noise(80).map((bytes) => message(bytes)),
  fc
    .tuple(noise(40), fc.nat(0xffffffff), fc.nat(255))
    .map(([bytes, length, compressed]) => message(bytes, { length, compressed })),
  fc
    .tuple(fc.nat(15), fc.nat(7), fc.nat(0x7f), noise(20))
    .map(([field, wire, length, bytes]) => message(Buffer.concat([Buffer.from([(field << 3) | wire, length]), bytes]))),
  fc
    .constantFrom(
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x0b, 0x0b, 0x0b],
      [0x0c],
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x12, 0x02, 0xc3, 0x28],
    )
    .map((bytes) => message(Buffer.from(bytes))),
  noise(4),
);

const kinds: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  noise: noise(200),
  'noise after the preface': noise(200).map((bytes) => Buffer.concat([PREFACE, bytes])),
  'a preface cut short': fc.nat(PREFACE.length).map((end) => PREFACE.subarray(0, end)),
  'another protocol': fc
    .constantFrom(
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /slack/events HTTP/1.1\r\nUpgrade: h2c\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'SSH-2.0-x\r\n',
      '\0\0\0\0',
    )
    .map((text) => Buffer.from(text, 'latin1')),
  frames: fc.array(anyFrame, { minLength: 1, maxLength: 8 }).map((frames) => greeted(...frames)),
  'header fields that are none': fc
    .tuple(noise(60), fc.nat(255))
    .map(([payload, flags]) => greeted(frame({ type: HEADERS, flags: flags | END_HEADERS, stream: 1, payload }))),
  'odd headers': fc.tuple(oddHeader, brokenMessage).map(([header, body]) => greeted(call(header, body))),
  'a broken message': fc.tuple(method, brokenMessage).map(([path, body]) => greeted(call({ ':path': path }, body))),
  'a message in pieces': fc
    .tuple(method, brokenMessage, fc.nat(60))
    .map(([path, body, at]) =>
      greeted(
        frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: fields({ ...CALL, ':path': path }) }),
        frame({ type: DATA, stream: 1, payload: body.subarray(0, at) }),
        frame({ type: DATA, flags: END_STREAM, stream: 1, payload: body.subarray(at) }),
      ),
    ),
  'messages after the end': fc
    .tuple(brokenMessage, brokenMessage)
    .map(([one, two]) => greeted(call({}, one), frame({ type: DATA, stream: 1, payload: two }))),
  'a reset': fc
    .nat(60)
    .map((count) =>
      greeted(
        ...Array.from({ length: count }, (_, index) => [
          call({}, Buffer.alloc(0), 2 * index + 1),
          frame({ type: RST_STREAM, stream: 2 * index + 1, payload: Buffer.alloc(4) }),
        ]).flat(),
      ),
    ),
  'a flood of pings': fc
    .nat(200)
    .map((count) => greeted(...Array.from({ length: count }, () => frame({ type: PING, payload: Buffer.alloc(8) })))),
  'a flood of settings': fc
    .nat(200)
    .map((count) => greeted(...Array.from({ length: count }, () => frame({ type: SETTINGS })))),
  'headers without an end': fc
    .nat(60)
    .map((count) =>
      greeted(
        frame({ type: HEADERS, stream: 1, payload: fields(CALL) }),
        ...Array.from({ length: count }, () =>
          frame({ type: CONTINUATION, stream: 1, payload: fields({ 'x-more': 'x'.repeat(100) }) }),
        ),
      ),
    ),
  'a window too large': stream.map((id) =>
    greeted(
      frame({ type: WINDOW_UPDATE, stream: id, payload: Buffer.from([0x7f, 0xff, 0xff, 0xff]) }),
      frame({ type: WINDOW_UPDATE, stream: id, payload: Buffer.from([0x7f, 0xff, 0xff, 0xff]) }),
    ),
  ),
};

/** A call as it should be, made of the same parts: the token with this ID, on the profile `default`. */
export function sense(tokenId: string): Nonsense {
  const texts = [Buffer.from('default'), Buffer.from(tokenId)];
  const body = texts.flatMap((text, index) => [Buffer.from([((index + 1) << 3) | 2, text.length]), text]);
  return { kind: 'sense', bytes: greeted(call({}, message(Buffer.concat(body)))) };
}

/** So many connections' worth of nonsense, each kind as often as every other, the same for the same seed. */
export function* nonsense(count: number, seed: number): Generator<Nonsense> {
  const names = Object.keys(kinds);
  const each = Math.ceil(count / names.length);
  for (const [index, [kind, arbitrary]] of Object.entries(kinds).entries()) {
    for (const bytes of fc.sample(arbitrary, { numRuns: each, seed: seed + index })) yield { kind, bytes };
  }
}
