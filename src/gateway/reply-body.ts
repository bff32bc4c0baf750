import { type ClusterReply, lostReply } from './cluster-connection.ts';
import { protocolFailure } from './failure.ts';

/** The body as it comes. Throws a `Failure` when it is compressed, longer than `maxBytes`, or ends too early. */
export async function* bodyChunks(
  { statusCode, headers, body }: ClusterReply,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const facts = { clusterStatus: statusCode };
  let bytes = 0;
  try {
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw protocolFailure('a compressed reply', facts);
    for await (const chunk of body) {
      const buffer = Buffer.from(chunk);
      bytes += buffer.length;
      if (bytes > maxBytes) throw protocolFailure(`a reply of more than ${maxBytes} bytes`, facts);
      yield buffer;
    }
  } catch (error) {
    throw lostReply(error);
  } finally {
    // What is cut off here says so, and nobody else listens.
    body.on('error', () => undefined).destroy();
  }
}

/** The whole body as text. Throws as `bodyChunks` does. */
export async function bodyText(reply: ClusterReply, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyChunks(reply, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Nobody wants this body. */
export function discardBody({ body }: ClusterReply): void {
  body.on('error', () => undefined); // the reply is complete without it
  body.resume();
}
