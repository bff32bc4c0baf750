import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';

/** Secrets of every kind, each of its own, so that whoever finds one knows which. */
export const SECRETS = {
  botToken: 'xoxb-1111111111-2222222222-CanaryOfTheBotToken01234',
  appToken: 'xapp-1-A0CANARY-3333333333-canaryoftheapptoken0123456789',
  signingSecret: 'c0ffee00ca9a7f5ec7e7000000beef01',
  managementToken: 'canary-of-management-7f3e9d1c',
  pasted: 'apiv1_Q2FuYXJ5T2ZUaGVQYXN0ZWRUb2tlbjAxMjM0NTY3ODk==',
  pasted3: 'apiv3_CanaryOfVersionThree_0123456789-abcdefGHIJ',
  pastedSlack: 'xoxp-4444444444-5555555555-canaryofauser0123456789',
  webToken: 'eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJvZi1hLXdlYi10b2tlbiJ9.Q2FuYXJ5U2lnbmF0dXJl',
  bearer: 'canary0of0a0bearer0value',
  base64: 'Q4n9r7OfLo6gBa3s0Zx8Kv2Tm5Yp1Wc4Rd7Hs6Jf3Lg9Qb0Xn2Ue8Ai5Ot1Ck4Pz7Vw==',
} as const;

/** A piece of each that nobody may read. */
export const PIECES: readonly (readonly [name: string, piece: string])[] = [
  ['the bot token', 'CanaryOfTheBotToken'],
  ['the app token', 'canaryoftheapptoken'],
  ['the signing secret', 'ca9a7f5ec7e7'],
  ['the management token', 'of-management-7f3e'],
  ['a pasted token', 'Q2FuYXJ5T2ZUaGVQ'],
  ['a pasted token of version 3', 'CanaryOfVersionThree'],
  ['a pasted token of Slack', 'canaryofauser'],
  ['a web token', 'eyJjYW5hcnkiOiJv'],
  ['a bearer value', 'canary0of0a0bearer'],
  ['base64', 'Q4n9r7OfLo6gBa3s0Zx8'],
];

const LEAKED = [SECRETS.pasted, SECRETS.pasted3, SECRETS.pastedSlack, SECRETS.webToken, SECRETS.base64];
const ID = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

/** Commands that hold one in every place there is. */
export const PASTED: readonly string[] = [...LEAKED, `Bearer ${SECRETS.bearer}`].flatMap((secret) => [
  secret,
  `token revoke ${secret}`,
  `token revoke ${ID} --reason "leaked ${secret} in a log"`,
  `token revoke ${ID} --profile "${secret}"`,
  `token revoke ${ID} --${secret}`,
  `help ${secret}`,
  `token revoke \u202e ${secret}`,
  `token revoke "${secret}`,
]);

/** Six tokens whose owners wrote one into the description. */
export function tokensWithSecrets(): readonly ClusterToken[] {
  return [...LEAKED, `Bearer ${SECRETS.bearer}`].map((secret, index) => ({
    id: `1000000${index}-0000-4000-8000-000000000000`,
    description: `telegraf, value ${secret} (old)`,
    permissions: [{ action: 'read', resource: 'sensors' }],
    createdAt: '2025-01-01T00:00:00Z',
  }));
}
