import { Metadata, status } from '@grpc/grpc-js';
import {
  type GetTokenResponse,
  RevokeOutcome,
  type RevokeTokenResponse,
  type Token as TokenMessage,
  type TokenServiceClient,
} from '../generated/influxchatops/token/v1/token_service.ts';
import type { ProfileName, Token, TokenId } from '../revocation/token.ts';
import {
  type RevokeReply,
  type RevokeRequest,
  type TokenReading,
  type TokenService,
  WithdrawnError,
} from '../revocation/token-service.ts';
import { createScrubber } from '../secrets.ts';
import type { GatewayAddress, OnTrouble } from './channel.ts';
import { createChannels } from './channels.ts';
import { fromGrpc, protocolError } from './errors.ts';
import { isServing } from './health.ts';
import { listing } from './listing.ts';
import { unary } from './unary.ts';

const HEALTH_TIMEOUT_MS = 2_000;
const WITHDRAW_TIMEOUT_MS = 2_000;

/** The token service behind gateways, and what goes with its connections. */
export interface GrpcTokenService extends TokenService {
  /** Whether the profile's gateway answers that it is serving. Never throws. */
  serving(profile: ProfileName): Promise<boolean>;
  /** Ends every connection. */
  close(): void;
}

export interface GrpcTokenServiceOptions {
  /** Where the profile's gateway listens; asked at every call, since a gateway that starts again moves. */
  readonly addressOf: (profile: ProfileName) => GatewayAddress;
  readonly onTrouble?: OnTrouble | undefined;
}

/** Connects to nothing yet. */
export function createTokenService(options: GrpcTokenServiceOptions): GrpcTokenService {
  const channels = createChannels(options);
  return {
    get: async ({ profile, tokenId, ...options }) => {
      const doing = `reading ${tokenId}`;
      const client = channels.of(profile);
      const { reply, error } = await unary<GetTokenResponse>(
        (...rest) => client.getToken({ profile, tokenId }, ...rest),
        options,
      );
      if (error?.code === status.NOT_FOUND) return { token: undefined };
      if (error) throw fromGrpc(error, doing);
      return reading(reply, tokenId, doing);
    },
    list: ({ timeoutMs, signal, profile, search = '', database = '', includeRevoked = false }) =>
      listing(
        (options) => channels.of(profile).listTokens({ profile, search, database, includeRevoked }, options),
        { timeoutMs, signal },
        tokenOf,
      ),
    revoke: async ({ timeoutMs, signal, takeBack, ...request }) => {
      const doing = `revoking ${request.tokenId}`;
      const client = channels.of(request.profile);
      if (takeBack?.aborted) throw new WithdrawnError(doing);
      const withdraw = () => withdrawRevocation(client, request);
      takeBack?.addEventListener('abort', withdraw, { once: true });
      const { reply, error } = await unary<RevokeTokenResponse>((...rest) => client.revokeToken(request, ...rest), {
        timeoutMs,
        signal,
      });
      takeBack?.removeEventListener('abort', withdraw);
      if (takeBack?.aborted && error?.code === status.FAILED_PRECONDITION)
        throw new WithdrawnError(doing, { cause: error });
      if (error) throw fromGrpc(error, doing);
      return revokeReply(reply, doing);
    },
    serving: (profile) => isServing(channels.of(profile), { timeoutMs: HEALTH_TIMEOUT_MS }),
    close: () => channels.close(),
  };
}

function reading({ token, revocationsLeft }: GetTokenResponse, tokenId: TokenId, doing: string): TokenReading {
  if (token?.id !== tokenId) throw protocolError(doing, 'the reply is about another token');
  return { token: tokenOf(token, doing), revocationsLeft };
}

function tokenOf(message: TokenMessage, doing: string): Token {
  const { createdAt } = message;
  if (!createdAt) throw protocolError(doing, 'the token has no creation date');
  return { ...message, ...withoutSecrets(message), createdAt };
}

const scrubbed = createScrubber([]);

/** People paste a token into its own description; from here on nobody stores, logs or shows it. */
function withoutSecrets({ description, permissions }: TokenMessage): Pick<Token, 'description' | 'permissions'> {
  return {
    description: scrubbed(description),
    permissions: permissions.map(({ action, resource }) => ({
      action: scrubbed(action),
      resource: scrubbed(resource),
    })),
  };
}

type Revoking = Pick<RevokeRequest, 'profile' | 'tokenId' | 'operationId'>;

/** Asks for it; what comes of it is what the revocation's own call says. */
function withdrawRevocation(client: TokenServiceClient, { profile, tokenId, operationId }: Revoking): void {
  const deadline = Date.now() + WITHDRAW_TIMEOUT_MS;
  client.withdrawRevocation({ profile, tokenId, operationId }, new Metadata(), { deadline }, () => undefined);
}

const OUTCOMES: Readonly<Partial<Record<RevokeOutcome, RevokeReply['outcome']>>> = {
  [RevokeOutcome.REVOKE_OUTCOME_REVOKED]: 'revoked',
  [RevokeOutcome.REVOKE_OUTCOME_ALREADY_REVOKED]: 'already revoked',
  [RevokeOutcome.REVOKE_OUTCOME_NOT_FOUND]: 'not found',
};

function revokeReply({ outcome, revokedAt, clusterStatus }: RevokeTokenResponse, doing: string): RevokeReply {
  const known = OUTCOMES[outcome];
  if (!known) throw protocolError(doing, 'the reply names no outcome');
  return { outcome: known, revokedAt, status: `HTTP ${clusterStatus}` };
}
