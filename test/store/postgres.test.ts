import { afterEach, describe } from 'vitest';
import type { Store } from '../../src/revocation/store.ts';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.ts';
import { withPostgres } from '../support/postgres.ts';
import { storeContract } from './contract.ts';

const opened: Store[] = [];

async function open(url: string): Promise<PostgresStore> {
  const store = await openPostgresStore(url);
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

withPostgres((server) => {
  describe('PostgreSQL', () => storeContract(async () => open(await server().newDatabase())));
});
