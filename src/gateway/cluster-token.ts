import { z } from 'zod';
import type { Token } from '../generated/influxchatops/token/v1/token_service.ts';
import { isTokenId } from './token-id.ts';

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const optionalDate = date.nullish().transform((value) => value ?? undefined);

const clusterToken = z.object({
  id: z.string().toLowerCase().refine(isTokenId),
  description: z.string(),
  permissions: z.array(z.object({ action: z.string(), resource: z.string() })),
  createdAt: date,
  expiresAt: optionalDate,
  revokedAt: optionalDate,
});

const clusterError = z.object({ code: z.number(), message: z.string() });

/** A token as the Management API describes it; undefined when it is something else. Unknown fields are ignored. */
export function readToken(value: unknown): Token | undefined {
  return clusterToken.safeParse(value).data;
}

/** The error in a reply's body; undefined when the body is not the Management API's own. */
export function readError(body: string): { readonly code: number; readonly message: string } | undefined {
  return clusterError.safeParse(parsedJson(body)).data;
}

/** The value, or undefined where the text is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no reply of the cluster's is `undefined`, and what it was instead does not matter
  }
}
