import type { Sabotage } from './sabotage.ts';

/** What may be seen of tokens, by whom, and what is said of it, with something taken out each. */
export const readingSabotages: readonly Sabotage[] = [
  {
    name: 'whoever may not look at tokens reads them all the same',
    file: 'src/revocation/looking/token-reader.ts',
    find: 'if (!verdict.allowed) return refuse(profile, who, doing, verdict);',
    replace: '',
    suite: 'test/revocation/looking/token-reader.test.ts',
  },
  {
    name: 'another profile is asked for whoever may not use it',
    file: 'src/revocation/planning/elsewhere.ts',
    find: 'if (!allowed) return;',
    replace: '',
    suite: 'test/revocation/planning/elsewhere.test.ts',
  },
  {
    name: 'an expired token counts as one that can still write',
    file: 'src/revocation/planning/blast-radius.ts',
    find: 'else if (works(token)) hold(',
    replace: 'else hold(',
    suite: 'test/revocation/planning/blast-radius.test.ts',
  },
  {
    name: 'a token for all databases counts for none',
    file: 'src/revocation/planning/blast-radius.ts',
    find: "if (all || stays.has('*')) return",
    replace: "if (stays.has('*')) return",
    suite: 'test/revocation/planning/blast-radius.test.ts',
  },
  {
    name: 'a plan waits for the list of tokens as long as it takes',
    file: 'src/revocation/planning/measure-blast-radius.ts',
    find: 'Promise.race([tooSlow.promise, collect()])',
    replace: 'collect()',
    suite: 'test/revocation/planning/measure-blast-radius.test.ts',
  },
  {
    name: 'a listing takes every place that revocations need',
    file: 'src/revocation/looking/few-listings.ts',
    find: 'if (queue.running < AT_ONCE) {',
    replace: 'if (true) {',
    suite: 'test/revocation/looking/few-listings.test.ts',
  },
  {
    name: 'a page keeps the wrong tokens of a long list',
    file: 'src/revocation/looking/token-page.ts',
    find: 'if (worst && compare(token, worst) > 0) return;',
    replace: 'if (worst) return;',
    suite: 'test/revocation/looking/token-page.test.ts',
  },
  {
    name: 'tokens to choose from are older than a minute',
    file: 'src/revocation/looking/token-index.ts',
    find: 'goodUntil: clock.now().getTime() + MAX_AGE_MS,',
    replace: 'goodUntil: Number.POSITIVE_INFINITY,',
    suite: 'test/revocation/looking/token-index.test.ts',
    test: 'a listing',
  },
  {
    name: 'a listed token needs no ID',
    file: 'src/tokens/listing.ts',
    find: 'if (!UUID.test(token.id)) throw',
    replace: 'if (token.id === "no ID at all") throw',
    suite: 'test/tokens/grpc-client.test.ts',
    test: 'a gateway that does not do as promised',
  },
  {
    name: 'secrets in listed descriptions come in',
    file: 'src/tokens/grpc-client.ts',
    find: 'return { ...message, ...withoutSecrets(message), createdAt };',
    replace: 'return { ...message, createdAt };',
    suite: 'test/tokens/grpc-client.test.ts',
    test: 'what a description',
  },
];
