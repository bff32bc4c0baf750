/** A database token as the Management API describes it, field by field as it goes over the wire. */
export interface ClusterToken {
  readonly id: string;
  readonly description: string;
  readonly permissions: readonly { readonly action: string; readonly resource: string }[];
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
  readonly revokedAt?: string | undefined;
}

/**
 * Some thirty tokens of a company with a few plants and a careless past: the same IDs and dates at every start. Live ones
 * come first; then descriptions that try to break a message, tokens without permissions, revoked ones and odd sizes.
 */
export function seedTokens(): readonly ClusterToken[] {
  return SEEDS;
}

/** Permissions are written `action:resource`, with spaces between. */
function token(
  id: string,
  description: string,
  permissions: string,
  createdAt: string,
  ends: { expiresAt?: string; revokedAt?: string } = {},
): ClusterToken {
  return { id, description, permissions: permissions.split(' ').filter(Boolean).map(permission), createdAt, ...ends };
}

function permission(text: string): { action: string; resource: string } {
  const [action = '', resource = ''] = text.split(':');
  return { action, resource };
}

const SEEDS: readonly ClusterToken[] = [
  token(
    'bb9bea7b-6f18-40c4-a842-ad85a63a0f73',
    'telegraf: edge gateways, plant 1',
    'write:sensors',
    '2025-01-14T08:12:05Z',
  ),
  token(
    'c1758b86-eed3-4987-a8fe-e4c40d92e147',
    'telegraf: edge gateways, plant 2',
    'write:sensors',
    '2025-01-14T08:15:41Z',
  ),
  token(
    '198b69da-57a0-4d9d-a08a-adb5c7933b6e',
    'grafana: production dashboards',
    'read:sensors read:metrics read:billing',
    '2024-11-03T16:20:00Z',
  ),
  token('5f50656b-b501-4ef4-969e-beff037503dc', 'grafana: staging dashboards', 'read:staging', '2024-11-03T16:24:10Z'),
  token(
    '73d548cf-0a25-4df5-8876-ee56aa170c92',
    'ingest-api (kubernetes, namespace ingest)',
    'write:events write:sensors',
    '2025-03-22T10:00:31Z',
  ),
  token('9d271d20-cc67-445c-9dfa-d2b5c22ada94', 'billing-export nightly job', 'read:billing', '2025-02-01T00:05:00Z', {
    expiresAt: '2031-02-01T00:00:00Z',
  }),
  token(
    'eff7d98a-bc41-4c91-a17c-d13c6341e65c',
    'admin, all databases (do not revoke)',
    'read:* write:*',
    '2024-06-18T12:00:00Z',
  ),
  token('0f216a15-ee40-43d8-a223-2941474e042f', 'data science notebooks', 'read:*', '2025-05-09T09:30:12Z', {
    expiresAt: '2031-05-09T09:30:12Z',
  }),
  token(
    'e9dbdc1c-0837-43b7-8d47-deacdc51c09d',
    'backfill 2024 Q4',
    'read:archive write:archive',
    '2025-01-02T07:45:59Z',
    { expiresAt: '2025-02-01T00:00:00Z' },
  ),
  token('53d88058-3bab-43d0-8b62-62f611a57ac3', 'loadtest', 'write:staging', '2025-04-11T13:13:13Z'),
  token('4943d6a8-82f6-4538-8a09-c71474d04468', 'ci: integration tests', 'read:ci write:ci', '2025-06-01T06:00:00Z'),
  token(
    'b5d5f748-308d-44c8-8ec5-ee80e54bad89',
    'vendor ACME, read only until the audit ends',
    'read:metrics',
    '2025-07-15T14:22:08Z',
    { expiresAt: '2025-10-01T00:00:00Z' },
  ),
  token(
    '109c6a77-ac27-44a1-a84a-3d7273b7f531',
    'home assistant (Jürgen)',
    'read:home write:home',
    '2024-12-24T18:00:00Z',
  ),
  token(
    '93002258-44df-41e0-bdbb-d43bf5d5e6b2',
    'alerting: kapacitor replacement',
    'read:metrics read:sensors',
    '2025-08-20T11:11:11.250Z',
  ),
  token('aba96122-29b2-4cd1-b496-bb7e1a4b0c44', 'mqtt bridge 🌡️🏭 hall 3', 'write:sensors', '2025-02-28T23:59:59Z'),
  token(
    '81595b59-9388-49f2-9bff-08b63ef3979e',
    '<!channel> *URGENT* please read',
    'write:events',
    '2025-09-01T08:00:00Z',
  ),
  token(
    'cd205efa-402c-4d13-9ab9-e4493e02f90f',
    '*bold* _italic_ ~gone~ `code` & <https://evil.example|click me>',
    'read:metrics',
    '2025-09-02T08:00:00Z',
  ),
  token(
    '58a26a4d-cce5-4aef-811b-8c89094eafa9',
    'invoice\u202egpj.exe\u202c \u2066hidden\u2069',
    'read:billing',
    '2025-09-03T08:00:00Z',
  ),
  token(
    '6a0a7089-c9d9-40b0-bd86-fe4b1d445a22',
    '<@U000000000> owns this; ask <#C000000000>',
    'write:home',
    '2025-09-04T08:00:00Z',
  ),
  token(
    'fedd085d-1e24-41ba-99c8-fe79ad3464ba',
    'it\'s $(touch /tmp/pwned) `id` "quoted" \\ back',
    'read:ci write:ci',
    '2025-09-05T08:00:00Z',
  ),
  token(
    '9763b520-7857-43e5-afea-105573764a70',
    'first line\nsecond line\u200b with a zero-width space',
    'read:staging',
    '2025-09-06T08:00:00Z',
  ),
  token(
    '0ddd971a-6bbd-4f02-be91-89823540d04b',
    '👩\u200d👩\u200d👧\u200d👦 family tablet, kitchen',
    'read:home',
    '2025-09-07T08:00:00Z',
  ),
  token(
    'fdc334dd-b0cb-474d-9cf7-38cff024acd3',
    'a description nobody shortened, '.repeat(40).trimEnd(),
    'read:archive',
    '2025-09-08T08:00:00Z',
  ),
  token('af3e2477-f811-44fd-a7a8-55477a01d762', '', '', '2025-09-09T08:00:00Z'),
  token('e2d31731-be66-410f-9882-522e7d6df59e', 'no permissions left', '', '2025-09-10T08:00:00Z'),
  token('5d84990b-5b6b-49eb-b5b8-d8a839d35934', 'telegraf: plant 1, old', 'write:sensors', '2024-02-10T10:10:10Z', {
    revokedAt: '2025-01-14T09:00:00Z',
  }),
  token(
    'a50ff715-7834-4995-8071-ada7bdface96',
    'leaked in #random, revoked by hand',
    'read:* write:*',
    '2024-08-30T15:00:00Z',
    { revokedAt: '2025-03-05T02:41:17Z' },
  ),
  token(
    '4efd4ff0-d6bf-45d3-9413-789a889eb8c2',
    'migration 2.x to 3',
    'read:archive write:metrics',
    '2024-09-12T09:00:00Z',
    { expiresAt: '2024-12-31T00:00:00Z', revokedAt: '2024-12-30T17:00:00Z' },
  ),
  token('ec13483a-409b-4b73-91b2-b18c2df6cd53', 'contractor laptop', 'read:events', '2025-10-18T07:07:07Z', {
    expiresAt: '2031-10-18T07:07:07Z',
  }),
  token(
    'a3b59169-af93-4e46-beb0-d9f323be409f',
    'many databases',
    Array.from({ length: 24 }, (_, index) => `write:tenant-${index + 1}`).join(' '),
    '2025-10-20T12:00:00Z',
  ),
  token('0b627167-e010-409f-8ee6-390581c3d902', 'write-ahead replayer', 'write:*', '2025-11-01T05:00:00Z'),
  token(
    'a76298cb-73b0-423a-b928-e6a0aacf0311',
    'fleet trackers (Norge, Sverige, Danmark)',
    'read:fleet write:fleet',
    '2025-11-11T11:11:11Z',
  ),
];
