import { z } from 'zod';

const token = z.object({
  id: z.string(),
  description: z.string(),
  permissions: z.array(z.object({ action: z.string(), resource: z.string() })),
  createdAt: z.coerce.date(),
  expiresAt: z.coerce.date().optional(),
  revokedAt: z.coerce.date().optional(),
});

const plannedToken = z.discriminatedUnion('found', [
  z.object({ id: z.string(), found: z.literal('live'), token }),
  z.object({ id: z.string(), found: z.literal('already revoked'), token }),
  z.object({ id: z.string(), found: z.literal('not found') }),
  z.object({ id: z.string(), found: z.literal('unreadable'), problem: z.string() }),
  z.object({ id: z.string(), found: z.literal('in progress'), revocation: z.string() }),
]);

const lostAccess = z.object({ names: z.array(z.string()), more: z.number(), unnamed: z.boolean() });
const blastRadius = z.object({ unwritable: lostAccess, unreadable: lostAccess });

/** What of a plan is kept as JSON: nobody searches for it. */
export const planPayload = z.object({
  tokenIds: z.array(z.string()),
  tokens: z.array(plannedToken),
  force: z.boolean(),
  debug: z.boolean(),
  timeoutMs: z.number(),
  notes: z.array(z.string()),
  revocationsLeft: z.number().optional(),
  blastRadius: z.union([blastRadius, z.object({ notChecked: z.string() })]).optional(),
  elsewhere: z.array(z.object({ id: z.string(), profile: z.string(), revoked: z.boolean() })).optional(),
  ending: z.string().optional(),
  rotates: z.boolean().optional(),
  share: z.object({ channel: z.string(), thread: z.string().optional() }).optional(),
  dialog: z.string().optional(),
});
