/** A database token's ID: a UUID in canonical lower-case form. Never the token's secret. */
export type TokenId = string;

/** A cluster the bot can reach, by influxctl's name for it. */
export type ProfileName = string;

/** What a token may do, in the cluster's own words: `read` or `write` today, on a database or on `*` for all. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** A database token as the cluster describes it. The description is free text from the cluster: untrusted. */
export interface Token {
  readonly id: TokenId;
  readonly description: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: Date;
  /** Absent when the token never expires. */
  readonly expiresAt?: Date | undefined;
  /** Present once the token is revoked. */
  readonly revokedAt?: Date | undefined;
}

/** The first eight hex digits: enough to tell tokens apart on a phone, too little to act on. */
export function shortId(id: TokenId): string {
  return id.slice(0, 8);
}
