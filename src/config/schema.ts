import { z } from 'zod';
import {
  channels,
  clients,
  duration,
  flag,
  ids,
  longDuration,
  pattern,
  pem,
  place,
  table,
  teams,
  text,
  usergroups,
  users,
  whole,
} from './values.ts';

/**
 * Every key of `config.toml` that works, its default and its meaning. All are optional here: what is missing is told
 * by whoever needs it, with what to write.
 */

const MINUTE_MS = 60_000;

const slack = table({
  mode: z
    .enum(['socket', 'http'], 'must be "socket" or "http"')
    .prefault('socket')
    .describe('`socket` needs no public address; `http` serves `POST /slack/events`'),
  port: whole(0, 65_535).prefault(3000).describe('http: where to listen; 0 takes any free port'),
  host: text('must be an address of this machine, such as "0.0.0.0"')
    .prefault('127.0.0.1')
    .describe('http: the address to listen on'),
  api_url: text('must be an address, such as "https://slack-gov.com/api/"')
    .optional()
    .describe('another Slack than slack.com; `SLACK_API_URL` wins over it'),
  team_ids: teams
    .min(1, 'must name a workspace; leave it out for the bot’s own')
    .optional()
    .describe('the workspaces served; left out: the bot’s own'),
  announce_channel: pattern(/^[CG][A-Z0-9]{2,}$/, 'must be the ID of a channel, such as "C0123ABCD"')
    .optional()
    .describe('a channel that is told of every result, of who was refused, and of the audit log; left out: none'),
});

const plan = table({
  expires_after: duration(MINUTE_MS, 29 * MINUTE_MS, 'must be a duration from "1m" to "29m"')
    .prefault('15m')
    .describe('how long a plan can be confirmed, 1m to 29m'),
  send_within: duration(MINUTE_MS, 24 * 60 * MINUTE_MS, 'must be a duration from "1m" to "24h"')
    .prefault('30m')
    .describe('nothing is sent to the cluster later than this after the confirmation'),
});

const HOUR_MS = 60 * MINUTE_MS;
/** What a token's description or database has to look like. */
const patternOf = (example: string) =>
  z.string(`must be a text such as ${example}`).min(1, `must be a text such as ${example}`).max(300);
const PAUSES = 'must be a list of durations from "1m" to "30d", such as ["15m", "1h", "4h", "24h"]';

const owner = table({
  description: patternOf('"telegraf*"').optional(),
  database: patternOf('"metrics"').optional(),
  users: users.prefault([]),
  usergroups: usergroups.prefault([]),
}).refine(
  ({ description, database, users: people, usergroups: groups }) =>
    (description ?? database) !== undefined && people.length + groups.length > 0,
  'must have a description or a database, and users or usergroups: { database = "metrics", usergroups = ["S0123ABCD"] }',
);

const rotation = table({
  remind_after: z
    .array(longDuration(MINUTE_MS, 30 * 24 * HOUR_MS, PAUSES), PAUSES)
    .max(20, PAUSES)
    .prefault(['15m', '1h', '4h', '24h'])
    .describe(
      'the pauses between reminders that clients need a new token; the last one repeats, an empty list is never',
    ),
  give_up_after: longDuration(HOUR_MS, 90 * 24 * HOUR_MS, 'must be a duration from "1h" to "90d"')
    .prefault('14d')
    .describe('for how long people are reminded of a revoked token that nobody says anything of, 1h to 90d'),
  owner: z
    .array(owner, 'must be a list of tables, or written [[rotation.owner]], with two brackets')
    .max(200, 'must be 200 at most')
    .prefault([])
    .describe('who is mentioned and may answer too, by description and by database of a token, with `*` for anything'),
});

const store = table({
  url: z
    .string('must be a text such as "sqlite:data/influx-chatops.db"')
    .prefault('sqlite:data/influx-chatops.db')
    .describe('the file of the embedded database, or `postgres://…` for several bots; `DATABASE_URL` wins over it'),
});

const ADDRESS = 'must be a port of this machine, such as "127.0.0.1:9090"';

const admin = table({
  listen: pattern(/^(?:(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):)?\d{1,5}$/, ADDRESS)
    .refine((value = '') => Number(/\d*$/.exec(value)) < 65_536, ADDRESS)
    .optional()
    .describe('where `/healthz`, `/readyz` and `/metrics` are served; left out: nowhere'),
});

const acrossProfiles = table({
  freeze: table({ users: users.prefault([]), usergroups: usergroups.prefault([]) })
    .prefault({})
    .describe('who may `/influx freeze` and `unfreeze`: user IDs and user groups; an empty list is nobody'),
});

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

const profile = table({
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

const gateway = table({
  listen: place('0.0.0.0:8443')
    .optional()
    .describe('`npm run gateway`: the socket to serve on, in a directory of its own, or an address and a port'),
  clients: clients.optional().describe('over TCP: the names in the certificates of the bots that are let in'),
  ca: pem('over TCP: PEM file, who signs the certificates of the bots'),
  cert: pem('over TCP: PEM file, the certificate of the gateway'),
  key: pem('over TCP: PEM file, the key of `cert`'),
  budget_file: z
    .string('must be the path of a file')
    .min(1, 'must be the path of a file')
    .prefault('data/gateway-budget.json')
    .describe('`npm run gateway`: where the hourly budgets are kept'),
});

/** The whole file. */
export const configSchema = table({
  slack: slack.prefault({}),
  plan: plan.prefault({}),
  rotation: rotation.prefault({}),
  store: store.prefault({}),
  admin: admin.prefault({}),
  policy: acrossProfiles.prefault({}),
  profile: z.array(profile, 'must be written [[profile]], with two brackets').prefault([]),
  gateway: gateway.prefault({}),
});

/** What a file says, with the defaults. */
export type Config = z.output<typeof configSchema>;

/** One `[[profile]]`. */
export type ProfileTable = Config['profile'][number];
