import type { ReadToken } from '../../src/revocation/looking/token-reader.ts';
import { plain } from './answers.ts';
import { buttons, compose, type Message, paragraph } from './parts.ts';
import { jsonObject } from './token-json.ts';
import { listedRow, planButton } from './token-list.ts';
import { profileHeading, type ShownProfile } from './words.ts';

/** What somebody asked to see of one token. */
export interface TokenWish {
  readonly id: string;
  readonly format: 'table' | 'json';
  readonly includeRevoked: boolean;
}

/** One token, or why it is not shown. Whoever may revoke it has a button that starts a plan. */
export function tokenMessage(
  { token, mayRevoke }: Extract<ReadToken, { kind: 'token' }>,
  { id, format, includeRevoked }: TokenWish,
  profile: ShownProfile,
  now: Date,
): Message {
  if (!token) {
    return plain(
      `The cluster of ${profile.name} knows no token ${id}, or it is revoked and hidden. Look on another --profile, or search with /influx token list SEARCH.`,
    );
  }
  if (token.revokedAt && !includeRevoked) {
    const day = token.revokedAt.toISOString().slice(0, 10);
    return plain(`This token of ${profile.name} was revoked on ${day}. Add --include-revoked to see it.`);
  }
  if (format === 'json') {
    const tooLong = paragraph('This token has too many permissions to be shown as JSON here.');
    return compose(profileHeading(profile), jsonObject(token) ?? tooLong);
  }
  return compose(
    profileHeading(profile),
    paragraph(...listedRow(token, now)),
    mayRevoke && !token.revokedAt ? buttons(planButton(profile, token)) : undefined,
  );
}
