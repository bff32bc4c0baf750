import { z } from 'zod';
import { looksSecret } from '../../src/secrets.ts';
import { clean } from '../messages/untrusted.ts';
import { isSlackAddress } from '../wire/response-url.ts';
import { scopeMissing } from '../wire/scopes.ts';

const TIMEOUT_MS = 5_000;
const MOST_FILES = 10;
const MOST_BYTES = 1024 * 1024;
const MOST_IN_ALL = 2 * MOST_BYTES;
const MOST_REDIRECTS = 3;
const NO_TEXT = /^(?:image|audio|video|font)\/|^application\/(?:pdf|zip|gzip|x-tar|vnd\.(?:openxml|ms-|oasis))/;
const NAME = 60;

/** A file as a message describes it. Without files:read, or from another workspace, Slack leaves most of that out. */
const described = z.object({
  name: z.string().catch(''),
  mimetype: z.string().catch(''),
  url_private_download: z.url().optional().catch(undefined),
  url_private: z.url().optional().catch(undefined),
});

/** What was read of the files of a message. */
export interface FileTexts {
  readonly texts: readonly string[];
  /** What was not, and why, in words for people. */
  readonly notes: readonly string[];
}

export interface MessageFilesOptions {
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  /** What this app was granted; none when Slack did not say. */
  readonly scopes: () => readonly string[];
}

/** Reads the texts among the files of a message: at most ten, 1 MiB of each, 2 MiB in all, within five seconds. Never throws. */
export type MessageFiles = (files: readonly unknown[]) => Promise<FileTexts>;

/** Downloads from Slack itself, or from this machine when the Slack API is configured to be on it; nowhere else goes the token. */
export function createMessageFiles({ botToken, apiUrl, scopes }: MessageFilesOptions): MessageFiles {
  async function get(url: URL, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      if (!isSlackAddress(at, apiUrl)) throw new UnreadableFileError('it is not at an address of Slack’s');
      const headers = { authorization: `Bearer ${botToken}` };
      const response = await fetch(at, { headers, redirect: 'manual', signal });
      const next = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || next === null) return response;
      await response.body?.cancel();
      at = new URL(next, at);
    }
    throw new UnreadableFileError('Slack leads from one address to the next');
  }

  async function read(file: unknown, signal: AbortSignal): Promise<FileTexts> {
    const { name, mimetype, url_private_download: download, url_private: url = download } = described.parse(file);
    const called = `The file “${looksSecret(name) ? 'named like a secret' : clean(name, NAME) || 'without a name'}”`;
    if (NO_TEXT.test(mimetype)) return { texts: [], notes: [`${called} holds no text and was not read.`] };
    try {
      if (url === undefined) throw new UnreadableFileError('Slack does not say where it is');
      const response = await get(new URL(download ?? url), signal);
      const { text, cut } = await textOf(response, mimetype);
      return { texts: [text], notes: cut ? [`${called} is longer than 1 MiB: only its beginning was read.`] : [] };
    } catch (error) {
      return { texts: [], notes: [`${called} could not be read: ${reasonOf(error)}.`] };
    }
  }

  return async (files) => {
    if (files.length === 0) return { texts: [], notes: [] };
    const granted = scopes();
    if (granted.length > 0 && !granted.includes('files:read'))
      return { texts: [], notes: [scopeMissing('files:read')] };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const isFile = (file: unknown) => described.safeParse(file).success;
    const all = await Promise.all(
      files
        .filter(isFile)
        .slice(0, MOST_FILES)
        .map((file) => read(file, signal)),
    );
    const more = files.length > MOST_FILES ? [`Only the first ${MOST_FILES} of ${files.length} files were read.`] : [];
    const { texts, cut } = beginningsOf(all.flatMap((one) => one.texts));
    return { texts, notes: [...all.flatMap(({ notes }) => notes), ...more, ...(cut ? [TOO_LONG] : [])] };
  };
}

const TOO_LONG = 'The files are longer than 2 MiB together: only the first 2 MiB were looked through.';

/** The first of them, and the beginning of the one with which they are too long. */
function beginningsOf(all: readonly string[]): { readonly texts: readonly string[]; readonly cut: boolean } {
  let left = MOST_IN_ALL;
  const texts = all.map((text) => {
    const beginning = text.slice(0, left);
    left -= beginning.length;
    return beginning;
  });
  return { texts: texts.filter((text) => text !== ''), cut: all.some((text, n) => text !== texts[n]) };
}

/** Why a file is not read, in words that follow a colon. */
class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  return 'Slack did not answer in time';
}

async function textOf(response: Response, mimetype: string): Promise<{ readonly text: string; readonly cut: boolean }> {
  const type = response.headers.get('content-type') ?? '';
  // Whoever may not read a file is shown the page to sign in, with status 200.
  const isPage = type.startsWith('text/html') && !mimetype.includes('html');
  if (isPage || response.status === 401 || response.status === 403) {
    await response.body?.cancel();
    throw new UnreadableFileError(`Slack does not hand it out. ${scopeMissing('files:read').replace(/\.$/, '')}`);
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new UnreadableFileError(`Slack answered HTTP ${response.status}`);
  }
  const { bytes, cut } = await beginningOf(response);
  const text = new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes);
  if (text.includes('\0')) throw new UnreadableFileError('it holds no text');
  return { text, cut };
}

/** The first of it: what comes after that is not waited for. */
async function beginningOf({ body }: Response): Promise<{ readonly bytes: Buffer; readonly cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, MOST_BYTES), cut: size > MOST_BYTES };
}

/** What spreadsheets on Windows write. */
function isUtf16(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe;
}
