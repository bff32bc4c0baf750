import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type {
  GetTokenRequest,
  GetTokenResponse,
  ListTokensRequest,
  RevokeTokenRequest,
  RevokeTokenResponse,
  Token,
} from '../../src/generated/influxchatops/token/v1/token_service.ts';
import { openChannel } from '../../src/tokens/channel.ts';
import { type UnaryResult, unary } from '../../src/tokens/unary.ts';

/** How a call ended, as any gRPC client sees it. */
interface Ending<Reply> {
  readonly status: string;
  readonly details: string;
  readonly reply: Reply | undefined;
  /** The trailers of an error. */
  readonly trailers: Readonly<Record<string, unknown>>;
}

/** The published service without the bot's reading of it. */
export interface RawClient {
  get(request: Partial<GetTokenRequest>, timeoutMs?: number): Promise<Ending<GetTokenResponse>>;
  revoke(request: Partial<RevokeTokenRequest>, timeoutMs?: number): Promise<Ending<RevokeTokenResponse>>;
  /** The sizes of the pages that came, and all their tokens. */
  list(request?: Partial<ListTokensRequest>): Promise<Ending<{ readonly pages: number[]; readonly tokens: Token[] }>>;
}

const GET = { profile: 'default', tokenId: '' };
const REVOKE = {
  ...GET,
  operationId: 'operation-1',
  person: 'U0123',
  reason: 'leaked in #random',
  requestId: 'request-1',
};
const LIST = { profile: 'default', includeRevoked: false, search: '', database: '' };

/** A client of the gateway at this address, closed when the test has finished. */
export function openRawClient(address: string): RawClient {
  // With a connection of its own: otherwise one to a gateway that was killed is used again before its end is noticed.
  const client = openChannel(address, { 'grpc.use_local_subchannel_pool': 1 });
  onTestFinished(() => client.close());
  return {
    get: async (request, timeoutMs = 5_000) =>
      ending(
        await unary<GetTokenResponse>((...rest) => client.getToken({ ...GET, ...request }, ...rest), { timeoutMs }),
      ),
    revoke: async (request, timeoutMs = 5_000) =>
      ending(
        await unary<RevokeTokenResponse>((...rest) => client.revokeToken({ ...REVOKE, ...request }, ...rest), {
          timeoutMs,
        }),
      ),
    list: async (request = {}) => {
      const reply: { pages: number[]; tokens: Token[] } = { pages: [], tokens: [] };
      const { promise, resolve } = Promise.withResolvers<Ending<typeof reply>>();
      const stream = client.listTokens({ ...LIST, ...request }, { deadline: Date.now() + 20_000 });
      stream.on('data', ({ tokens }: { tokens: Token[] }) => {
        reply.pages.push(tokens.length);
        reply.tokens.push(...tokens);
      });
      stream.on('error', (error: ServiceError) => resolve(ending({ error })));
      stream.on('end', () => resolve(ending({ reply })));
      return promise;
    },
  };
}

function ending<Reply>({ reply, error }: UnaryResult<Reply>): Ending<Reply> {
  if (!error) return { status: 'OK', details: '', reply, trailers: {} };
  return { status: status[error.code], details: error.details, reply: undefined, trailers: trailersOf(error.metadata) };
}

function trailersOf(metadata: Metadata): Readonly<Record<string, unknown>> {
  const { 'content-type': _type, date: _date, ...trailers } = metadata.getMap();
  return trailers;
}
