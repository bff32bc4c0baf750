import type { TokenServiceClient } from '../generated/influxchatops/token/v1/token_service.ts';
import type { ProfileName } from '../revocation/token.ts';
import { type GatewayAddress, type OnTrouble, openChannel } from './channel.ts';

/** One client for every gateway in use. */
export interface Channels {
  /** The client of the profile's gateway as it is now. */
  of(profile: ProfileName): TokenServiceClient;
  close(): void;
}

export interface ChannelsOptions {
  readonly addressOf: (profile: ProfileName) => GatewayAddress;
  readonly onTrouble?: OnTrouble | undefined;
}

/** Clients by address; those whose gateway has moved away are closed. */
export function createChannels({ addressOf, onTrouble }: ChannelsOptions): Channels {
  const keys = new Map<ProfileName, string>();
  const clients = new Map<string, TokenServiceClient>();

  function closeUnused(): void {
    const used = new Set(keys.values());
    for (const [key, client] of clients) {
      if (used.has(key)) continue;
      clients.delete(key);
      client.close();
    }
  }

  return {
    of: (profile) => {
      const address = addressOf(profile);
      const key = JSON.stringify(address);
      const client = clients.get(key) ?? openChannel(address, {}, onTrouble);
      clients.set(key, client);
      keys.set(profile, key);
      closeUnused();
      return client;
    },
    close: () => {
      keys.clear();
      closeUnused();
    },
  };
}
