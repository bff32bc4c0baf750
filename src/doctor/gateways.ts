import type { ConfiguredProfile } from '../config/profiles.ts';
import { TokenServiceError } from '../revocation/token-service.ts';
import type { GatewayAddress } from '../tokens/channel.ts';
import { createTokenService, type GrpcTokenService } from '../tokens/grpc-client.ts';
import { troubleWith } from './cluster-words.ts';
import { type Finding, notOk, ok } from './finding.ts';

/** No token has it; whoever may look for it may look for others. */
const NIL = '00000000-0000-0000-0000-000000000000';
const READ_WITHIN_MS = 10_000;

type GatewayProfile = Pick<ConfiguredProfile, 'name' | 'gatewayAddress'>;

export interface GatewaysOptions {
  readonly profiles: readonly GatewayProfile[];
  /** Starts a gateway as the bot does, for the profiles that name none; asked once at most. Throws when it does not serve. */
  readonly startOwn: () => Promise<{ readonly address: string }>;
}

/** Whether each profile's gateway serves, reaches its cluster, and has a management token that the cluster accepts. */
export async function* checkGateways({ profiles, startOwn }: GatewaysOptions): AsyncGenerator<Finding> {
  let own: string | undefined;
  if (profiles.some(({ gatewayAddress }) => gatewayAddress === undefined)) {
    try {
      own = (await startOwn()).address;
      yield ok('gateway: one of its own starts, as it does with the bot');
    } catch (error) {
      yield notOk(`gateway: one of its own does not start: ${messageOf(error)}`);
    }
  }
  const troubles: string[] = [];
  const addresses = new Map(profiles.map(({ name, gatewayAddress }) => [name, gatewayAddress ?? own ?? '']));
  const tokens = createTokenService({
    addressOf: (profile) => addresses.get(profile) ?? '',
    onTrouble: (_address, reason) => troubles.push(reason),
  });
  try {
    for (const { name } of profiles) {
      const address = addresses.get(name);
      if (address) yield* checkProfile(name, address, tokens, troubles);
    }
  } finally {
    tokens.close();
  }
}

async function* checkProfile(
  name: string,
  address: GatewayAddress,
  tokens: GrpcTokenService,
  troubles: readonly string[],
): AsyncGenerator<Finding> {
  const where = typeof address === 'string' ? address : address.address;
  try {
    if (!(await tokens.serving(name))) {
      const why = troubles.length > 0 ? ` (${troubles.join(', ')})` : '';
      yield notOk(
        `profile ${name}: the gateway at ${where} does not serve${why}. Start it with npm run gateway, or leave gateway.address out.`,
      );
      return;
    }
    yield ok(`profile ${name}: its gateway at ${where} serves`);
    await tokens.get({ profile: name, tokenId: NIL, timeoutMs: READ_WITHIN_MS });
    yield ok(`profile ${name}: the cluster answers, and accepts the management token`);
  } catch (error) {
    yield error instanceof TokenServiceError ? troubleWith(name, error) : notOk(`profile ${name}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : 'no reason was given';
}
