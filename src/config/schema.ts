import { z } from 'zod';
import { profile } from './profile-schema.ts';
import { rotation } from './rotation-schema.ts';
import { clients, duration, pattern, pem, place, table, teams, text, usergroups, users, whole } from './values.ts';

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
