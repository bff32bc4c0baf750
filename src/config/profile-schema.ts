import { z } from 'zod';
import { channels, flag, ids, pattern, pem, place, table, text, usergroups, users, whole } from './values.ts';

const tls = table({
  insecure: flag.prefault(false).describe('do not check the certificate of the cluster'),
  disable: flag.prefault(false).describe('plain HTTP: the management token is sent in clear'),
  ca: text('must be the path of a PEM file').optional().describe('PEM file: who signs the certificate of the cluster'),
  cert: text('must be the path of a PEM file').optional().describe('PEM file: the certificate to show to the cluster'),
  key: text('must be the path of a PEM file').optional().describe('PEM file: the key of `cert`'),
});

const policy = table({
  start: table({ users: users.prefault([]), usergroups: usergroups.prefault([]) })
    .prefault({})
    .describe('who may revoke: user IDs and user groups; an empty list is nobody'),
  force: table({ users: users.prefault([]) })
    .prefault({})
    .describe('who may use `--force`: user IDs only'),
  audit: table({ users: users.prefault([]), usergroups: usergroups.prefault([]) })
    .prefault({})
    .describe('who may read the audit log, and list tokens: user IDs and user groups; an empty list is nobody'),
  channels: channels
    .min(1, 'must name a channel; leave it out for every channel')
    .optional()
    .describe('the only channels it works in; left out: every channel'),
  max_tokens: whole(1, 1000)
    .prefault(100)
    .describe('the most tokens of one plan, 1 to 1000; a command takes at most 100 of them'),
  type_to_confirm: table({ wildcard_write: flag.prefault(false), above: whole(1, 1000).optional() })
    .optional()
    .describe(
      'plans confirmed by typing the name of the profile: with write access to all databases (`wildcard_write`), or more tokens than `above`; left out: none',
    ),
  protected: ids(/^(?:id|description):./, 'must begin with id: or description:, such as "description:*keep*"')
    .prefault([])
    .describe('tokens never revoked from Slack: `id:…` or `description:…`, with `*` for anything'),
});

const limits = table({
  concurrency: whole(1, 256).prefault(16).describe('calls to the cluster at the same time'),
  per_second: whole(1, 10_000).prefault(50).describe('calls to the cluster in a second'),
  revocations_per_hour: whole(0, 1_000_000).prefault(1000).describe('revocations in an hour, also across restarts'),
});

const PORT = 'must be a port, such as "443"';

/** One `[[profile]]`: influxctl's own keys, and the bot's. */
export const profile = table({
  name: z
    .string('must be a text, such as "default"')
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@/:-]{0,99}$/, 'must be 1 to 100 letters, digits, spaces or . _ - @ / :')
    .optional()
    .describe('what `--profile` calls it'),
  product: z
    .enum(['clustered', 'dedicated'], 'must be "clustered" or "dedicated"')
    .optional()
    .describe('`clustered` or `dedicated`'),
  host: pattern(
    /^(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])$/,
    'must be a host name alone, such as "cluster.example.com"',
  )
    .optional()
    .describe('clustered: the host of the cluster, without https://'),
  port: z
    .union([z.int(), z.string().regex(/^\d*$/, PORT)], PORT)
    .transform((value) => (value === '' ? undefined : Number(value)))
    .refine((value) => value === undefined || (value > 0 && value < 65_536), 'must be a port from 1 to 65535')
    .prefault('443')
    .describe('the port of the cluster'),
  account_id: pattern(/^[A-Za-z0-9-]{1,64}$/, 'must be the ID of the account')
    .optional()
    .describe('dedicated only'),
  cluster_id: pattern(/^[A-Za-z0-9-]{1,64}$/, 'must be the ID of the cluster')
    .optional()
    .describe('dedicated only'),
  mgmt_token_file: text('must be the path of a file')
    .optional()
    .describe('the file that holds the management token; read again when it changes'),
  mgmt_token: text('must be a text').optional().describe('the management token itself; better in a file'),
  production: flag.prefault(false).describe('plans on this cluster are marked red'),
  tls: tls.prefault({}),
  policy: policy.optional(),
  limits: limits.prefault({}),
  gateway: table({
    address: place('gateway.example.com:8443')
      .optional()
      .describe('a gateway that runs by itself; left out: the bot starts one of its own'),
    ca: pem('over TCP: PEM file, who signs the certificate of the gateway'),
    cert: pem('over TCP: PEM file, the certificate to show to the gateway'),
    key: pem('over TCP: PEM file, the key of `cert`'),
    server_name: pattern(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be a host name')
      .optional()
      .describe('over TCP: the name in the certificate of the gateway, where it is not the host'),
  }).prefault({}),
});
