import { z } from 'zod';
import { TokenServiceService } from '../src/generated/influxchatops/token/v1/token_service.ts';

/** What the wire tap tells of a gRPC call that has ended. */
export const tappedCall = z.object({
  call: z.object({
    path: z.string(),
    /** The gRPC status; absent when the call ended without one. */
    status: z.number().optional(),
    ms: z.number(),
    /** Bytes as they went over the wire, in base64. */
    sent: z.string(),
    received: z.string(),
  }),
});

export type TappedCall = z.infer<typeof tappedCall>['call'];

/** A gRPC call in words of the published proto. */
export interface GrpcCall {
  readonly method: string;
  readonly status: number | undefined;
  readonly ms: number;
  readonly request: unknown;
  readonly response: unknown;
}

/** Reads the bytes of a call with the published proto; of a stream, its first message. */
export function readCall({ path, status, ms, sent, received }: TappedCall): GrpcCall {
  const method = Object.values(TokenServiceService).find((one) => one.path === path);
  return {
    method: path.replace(/^\/(?:\w+\.)*/, ''),
    ...{ status, ms },
    request: method && firstMessage(sent, method.requestDeserialize),
    response: method && firstMessage(received, method.responseDeserialize),
  };
}

function firstMessage(source: string, decode: (bytes: Buffer) => unknown): unknown {
  const bytes = Buffer.from(source, 'base64');
  if (bytes.length < 5) return undefined;
  const message = bytes.subarray(5, 5 + bytes.readUInt32BE(1));
  return message.length < bytes.readUInt32BE(1) ? '(longer than what is shown here)' : decode(message);
}
