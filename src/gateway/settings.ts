import { z } from 'zod';

const tls = z.strictObject({
  /** The server's certificate is not checked. */
  insecure: z.boolean(),
  /** Plain HTTP. */
  disable: z.boolean(),
  /** PEM file paths: who may sign the cluster's certificate, and what the gateway shows of itself. */
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
});

const limits = z.strictObject({
  concurrency: z.int().positive(),
  perSecond: z.number().positive(),
  revocationsPerHour: z.int().nonnegative(),
});

const cluster = z.strictObject({
  /** The profile's name, as callers give it. */
  name: z.string().min(1),
  product: z.enum(['clustered', 'dedicated']),
  /** Left out for Cloud Dedicated: InfluxData's own console. */
  host: z.string().min(1).optional(),
  /** 443 when left out. */
  port: z.int().min(1).max(65_535).optional(),
  accountId: z.string().min(1).optional(),
  clusterId: z.string().min(1).optional(),
  managementToken: z.union([z.strictObject({ file: z.string() }), z.strictObject({ value: z.string() })]),
  tls,
  limits,
});

const access = z.strictObject({
  /** PEM file paths: who may sign the clients' certificates, and what the gateway shows of itself. */
  ca: z.string().min(1),
  cert: z.string().min(1),
  key: z.string().min(1),
  /** The URIs and DNS names of certificates that are let in; no other certificate of the same authority is. */
  clients: z.array(z.string().min(1)).min(1),
});

const gateway = z
  .strictObject({
    /** `unix:` and the absolute path of a socket in a directory of our own, mode 0700; or `host:port`, where 0 takes any. */
    listen: z.string().regex(/^unix:\/|:\d+$/),
    /** Who is let in at a port; over a socket its directory decides. */
    tls: access.optional(),
    /** Where the hourly budgets are kept, so that a restart does not refill them. */
    budgetFile: z.string().min(1),
    clusters: z.array(cluster).min(1),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  })
  .refine(({ listen, tls }) => isSocket(listen) === (tls === undefined), 'a port needs tls, and only a port');

/** Everything a gateway is told at its start; plain data that survives JSON. */
export type GatewaySettings = z.infer<typeof gateway>;

/** How a gateway that listens on a port knows its clients, and they it. */
export type TlsSettings = z.infer<typeof access>;

/** One cluster a gateway reaches, under the name of its profile. */
export type ClusterSettings = z.infer<typeof cluster>;

/** Where the management token comes from: a file that is read again when it changes, or the token itself. */
export type ManagementTokenSource = ClusterSettings['managementToken'];

/** Whether a gateway's address is a Unix socket, and not a port. */
export function isSocket(address: string): boolean {
  return address.startsWith('unix:');
}

/** The settings in one line of JSON. Throws an `Error` that names what is wrong and never repeats a value. */
export function parseGatewaySettings(line: string): GatewaySettings {
  const result = gateway.safeParse(parsedJson(line));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
  throw new Error(`The gateway's settings are wrong: ${problems.join('; ')}`);
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The parser's own message quotes the text, which holds the management token.
    throw new Error("The gateway's settings are not JSON.");
  }
}

/** The secrets among the settings: for a logger to keep out of its lines. */
export function secretsOf({ clusters }: GatewaySettings): readonly string[] {
  return clusters.flatMap(({ managementToken }) => ('value' in managementToken ? [managementToken.value.trim()] : []));
}
