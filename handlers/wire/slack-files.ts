import { plain } from '../messages/answers.ts';
import type { Message } from '../messages/parts.ts';
import type { SlackObserver } from './observer.ts';
import { isSlackAddress } from './response-url.ts';
import { needingScope, requireScope } from './scopes.ts';
import type { SlackApi } from './slack-api.ts';

const UPLOAD_TIMEOUT_MS = 30_000;
const NO_FILE = plain('Slack did not confirm the file announced here. If you do not see it, ask for it again.');

export interface OutgoingFile {
  /** The person who gets it. */
  readonly to: string;
  readonly name: string;
  readonly content: Buffer;
  /** What stands before it in the direct messages. */
  readonly introduction: Message;
}

/** Sends files to people. Needs the scope files:write: throws a `UserError` that says so where it was not granted. */
export interface SlackFiles {
  /** Throws that error before anything is done. */
  check(): void;
  /** Resolves when the file is in the direct messages with that person; says there that it may be missing before it rejects. */
  send(file: OutgoingFile): Promise<void>;
}

export interface SlackFilesOptions {
  readonly api: SlackApi;
  readonly apiUrl: string | undefined;
  /** Hears how each upload ended. */
  readonly onCall?: SlackObserver['called'] | undefined;
}

/** Uploads to Slack itself, or to this machine when the Slack API is configured to be on it. */
export function createSlackFiles({ api, apiUrl, onCall }: SlackFilesOptions): SlackFiles {
  async function post(url: string, content: Buffer): Promise<void> {
    const body = new Uint8Array(content);
    const signal = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
    const { status } = await fetch(url, { method: 'POST', body, redirect: 'error', signal }).catch((error: unknown) => {
      onCall?.('upload', 'no answer');
      throw error;
    });
    onCall?.('upload', status === 200 ? 'ok' : 'refused');
    if (status !== 200) throw new Error(`the upload was answered with HTTP ${status}`);
  }

  async function upload(name: string, content: Buffer): Promise<string> {
    const { upload_url: url = '', file_id: id = '' } = await api.client.files.getUploadURLExternal({
      filename: name,
      length: content.length,
    });
    if (!isSlackAddress(new URL(url), apiUrl)) throw new Error('the upload URL is not an address of Slack’s');
    await post(url, content);
    return id;
  }

  return {
    check: () => requireScope(api.scopes(), 'files:write'),
    async send({ to, name, content, introduction }) {
      const id = await needingScope('files:write', upload(name, content));
      // A file goes to a channel only, and with chat:write this is how to learn that of the direct messages:
      // https://github.com/slackapi/bolt-js/issues/2115. conversations.open would need im:write.
      const { channel } = await api.post(to, introduction);
      try {
        await api.client.files.completeUploadExternal({ files: [{ id, title: name }], channel_id: channel });
      } catch (error) {
        // Where this cannot be said either, why there is no file is still what went wrong.
        await Promise.allSettled([api.post(channel, NO_FILE)]);
        throw error;
      }
    },
  };
}
