import { type ListTokensRequest, Token } from '../generated/influxchatops/token/v1/token_service.ts';

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
  for await (const token of tokens) {
    if (!isAskedFor(token, filter)) continue;
    const size = Token.encode(token).finish().length;
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

function isAskedFor(token: Token, { includeRevoked, search, database }: Filter): boolean {
  if (token.revokedAt && !includeRevoked) return false;
  if (database && !token.permissions.some(({ resource }) => resource === database || resource === '*')) return false;
  const wanted = search.toLowerCase();
  return token.description.toLowerCase().includes(wanted) || token.id.startsWith(wanted);
}
