import type { ListTokensRequest, Token } from '../generated/influxchatops/token/v1/token_service.ts';

const MAX_PAGE_TOKENS = 500;
/** Well below the 4 MiB that gRPC clients accept. */
const MAX_PAGE_BYTES = 1_048_576;

/** Which tokens are asked for. */
export type Filter = Pick<ListTokensRequest, 'includeRevoked' | 'search' | 'database'>;

/**
 * Those tokens that are asked for, in pages and in their order. No page is empty, has more than 500 tokens, or is too
 * large to be received.
 */
export async function* pages(tokens: AsyncIterable<Token>, filter: Filter): AsyncGenerator<Token[]> {
  let page: Token[] = [];
  let bytes = 0;
  const isAskedFor = matcher(filter);
  for await (const token of tokens) {
    if (!isAskedFor(token)) continue;
    const size = mostBytes(token);
    if (page.length === MAX_PAGE_TOKENS || (page.length > 0 && bytes + size > MAX_PAGE_BYTES)) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(token);
    bytes += size;
  }
  if (page.length > 0) yield page;
}

/** What the token takes in a message at most; encoding it to know would double the work. */
function mostBytes({ description, permissions }: Token): number {
  return permissions.reduce(
    (sum, { action, resource }) => sum + textBytes(action) + textBytes(resource) + FRAME,
    textBytes(description) + FIXED_FIELDS,
  );
}

const FIXED_FIELDS = 120;
const FRAME = 12;
/** UTF-8 takes three bytes for each code unit at most, and its length up to five. */
const textBytes = ({ length }: string) => 3 * length + 5;

function matcher({ includeRevoked, search, database }: Filter): (token: Token) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (token) => {
    if (token.revokedAt && !includeRevoked) return false;
    if (database && !token.permissions.some(({ resource }) => resource === database || resource === '*')) return false;
    if (words.length === 0) return true;
    const texts = [token.description, ...token.permissions.map(({ resource }) => resource)].join('\n').toLowerCase();
    return words.every((word) => texts.includes(word) || token.id.startsWith(word));
  };
}
