import type { TokenServiceClient } from '../generated/influxchatops/token/v1/token_service.ts';
import type { ProfileName } from '../revocation/token.ts';
import { openChannel } from './channel.ts';

/** One client for every gateway in use. */
export interface Channels {
  /** The client of the profile's gateway as it is now. */
  of(profile: ProfileName): TokenServiceClient;
  close(): void;
}

/** Clients by address; those whose gateway has moved away are closed. */
export function createChannels(addressOf: (profile: ProfileName) => string): Channels {
  const addresses = new Map<ProfileName, string>();
  const clients = new Map<string, TokenServiceClient>();

  function closeUnused(): void {
    const used = new Set(addresses.values());
    for (const [address, client] of clients) {
      if (used.has(address)) continue;
      clients.delete(address);
      client.close();
    }
  }

  return {
    of: (profile) => {
      const address = addressOf(profile);
      const client = clients.get(address) ?? openChannel(address);
      clients.set(address, client);
      addresses.set(profile, address);
      closeUnused();
      return client;
    },
    close: () => {
      addresses.clear();
      closeUnused();
    },
  };
}
