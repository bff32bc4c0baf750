import { status } from '@grpc/grpc-js';
import { scrub } from '../secrets.ts';
import type { ClusterReply } from './cluster-connection.ts';
import { readError } from './cluster-token.ts';
import { Failure, protocolFailure } from './failure.ts';
import { bodyText } from './reply-body.ts';

const MAX_ERROR_BYTES = 65_536;
const MAX_MESSAGE_CHARACTERS = 200;

const CODES: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.ABORTED,
  409: status.ABORTED,
  425: status.ABORTED,
  429: status.RESOURCE_EXHAUSTED,
};

/** What a reply that is not the wanted one means. Reads the body; repeats of it only the Management API's own message. */
export async function refusal(reply: ClusterReply, managementToken: string): Promise<Failure> {
  const { statusCode, headers } = reply;
  const error = readError(await bodyText(reply, MAX_ERROR_BYTES).catch(() => '')); // the status says enough
  const facts = { clusterStatus: statusCode, retryAfterMs: retryAfterMs(headers['retry-after'], new Date()) };
  const code = statusCode >= 500 ? status.ABORTED : CODES[statusCode];
  if (code === undefined) return protocolFailure(`the cluster answered ${statusCode}`, facts);
  // A proxy that knows no such path answers 404 too, and knows nothing of tokens.
  if (statusCode === 404 && error?.code !== 404)
    return protocolFailure("a 404 that is not the Management API's own", facts);
  const message = error ? `: ${plain(scrub(error.message, [managementToken]))}` : '';
  return new Failure(code, `the cluster answered ${statusCode}${message}`, facts);
}

/** How long a `Retry-After` asks to wait: seconds, or a date (RFC 9110). Undefined when it is missing or neither. */
function retryAfterMs(header: string | string[] | undefined, now: Date): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = header.endsWith('GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_MESSAGE_CHARACTERS);
}
