import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const BODY_LIMIT = 1024 * 1024;
const CLOCK_SKEW_SECONDS = 300;
const SIGNATURE = /^v0=[0-9a-f]{64}$/;
const TIMESTAMP = /^\d{1,12}$/;

/**
 * The body of a request that Slack signed in these minutes, or the status to refuse it with. What a stranger sends costs
 * little: without a signature it is not read, signed wrongly it is read, up to 1 MiB, and never parsed.
 */
export async function readSigned(request: IncomingMessage, signingSecret: string): Promise<Buffer | 401 | 413> {
  const { headers } = request;
  const signature = headers['x-slack-signature'];
  const timestamp = headers['x-slack-request-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 401;
  if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp)) return 401;
  // Bolt lets timestamps from the future pass, and a signature made for later could be kept and used later.
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > CLOCK_SKEW_SECONDS) return 401;
  if (Number(headers['content-length']) > BODY_LIMIT) return 413;
  const body = await readBody(request);
  if (!body) return 413;
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return timingSafeEqual(Buffer.from(signature), Buffer.from(`v0=${expected}`)) ? body : 401;
}

/** The body as it came; undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
