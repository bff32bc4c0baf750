import { status } from '@grpc/grpc-js';
import type { Logger } from '../logger.ts';
import { type Backend, createBackend } from './backend.ts';
import type { Budget } from './budget.ts';
import { Failure } from './failure.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { createManagementToken } from './management-token.ts';
import type { ClusterSettings } from './settings.ts';

/** One cluster as the calls of the gateway use it. */
export interface Profile {
  readonly name: string;
  readonly backend: Backend;
  readonly limiter: Limiter;
  readonly budget: Budget;
}

/** The configured clusters by the names of their profiles. */
export interface Profiles {
  /** Throws a `Failure` for a name that is not configured. */
  named(name: string): Profile;
  close(): Promise<void>;
}

export interface ProfilesOptions {
  readonly clusters: readonly ClusterSettings[];
  readonly budget: Budget;
  readonly logger: Logger;
}

/** Connects to no cluster yet; throws when the settings of one cannot work. */
export function createProfiles({ clusters, budget, logger }: ProfilesOptions): Profiles {
  const profiles = new Map(clusters.map((settings) => [settings.name, createProfile(settings, budget, logger)]));
  return {
    named: (name) => {
      const profile = profiles.get(name);
      if (profile) return profile;
      throw new Failure(status.INVALID_ARGUMENT, 'this gateway knows no such profile');
    },
    close: async () => {
      for (const { limiter, backend } of profiles.values()) {
        limiter.close();
        await backend.close();
      }
    },
  };
}

function createProfile(settings: ClusterSettings, budget: Budget, logger: Logger): Profile {
  const { name, limits, managementToken } = settings;
  const onStall = () => logger.warn({ profile: name }, 'limiter stood still and was replaced');
  return {
    name,
    backend: createBackend({ settings, managementToken: createManagementToken(managementToken) }),
    limiter: createLimiter({ ...limits, onStall }),
    budget,
  };
}
