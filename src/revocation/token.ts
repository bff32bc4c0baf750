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

const SHORT = 8;

/** The first eight hex digits: enough to tell tokens apart on a phone, too little to act on. */
export function shortId(id: TokenId): string {
  return id.slice(0, SHORT);
}

/** The short ID of each of these: longer than eight digits, all alike, where eight do not tell them apart. */
export function shortIds(ids: readonly TokenId[]): (id: TokenId) => string {
  const sorted = [...new Set(ids)].sort();
  const length = Math.max(SHORT, ...sorted.map((id, index) => alike(id, sorted[index - 1] ?? '') + 1));
  return (id) => id.slice(0, length);
}

/** How many characters these begin with in common. */
function alike(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
