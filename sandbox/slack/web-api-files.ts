import type { Chat } from './chat.ts';
import { composeForMethod, Refusal } from './compose.ts';
import type { Directory } from './directory.ts';
import type { Files } from './files.ts';
import { fromJson } from './json.ts';
import { type Arguments, type Reply, writableChannel } from './web-api-chat.ts';

export interface FilesApi {
  readonly directory: Directory;
  readonly chat: Chat;
  readonly files: Files;
  readonly url: () => string;
}

const MAX_BYTES = 1024 ** 3;
/** A user's ID is none: https://github.com/slackapi/bolt-js/issues/2115 */
const CHANNEL_ID = /^[CGDZ][A-Z0-9]{8,}$/;

/** `files.getUploadURLExternal`: the first of three steps; https://docs.slack.dev/reference/methods/files.getUploadURLExternal/ */
export function uploadUrl({ files, url }: FilesApi, { filename, length }: Arguments): Reply {
  const bytes = Number(length);
  if (typeof filename !== 'string' || filename === '') throw missing('filename');
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw missing('length');
  if (bytes > MAX_BYTES) throw new Refusal('file_upload_size_restricted');
  const { fileId, uploadId } = files.announce(filename, bytes);
  return { upload_url: `${url()}/upload/${uploadId}`, file_id: fileId };
}

/** `files.completeUploadExternal`: the last step, once; shares the files where the app may write. */
export function completeUpload(api: FilesApi, request: Arguments): Reply {
  const asked = filesIn(request.files);
  const place = placeIn(api, request);
  const files = asked.map(({ id, title }) => {
    const file = api.files.complete(id, title);
    if (!file) throw new Refusal('file_not_found');
    return file;
  });
  if (place) {
    const comment = typeof request.initial_comment === 'string' ? request.initial_comment : '';
    // Blocks count only where there is no comment.
    const { text, blocks } = comment || request.blocks ? composeForMethod(commentOf(comment, request)) : EMPTY;
    api.chat.post({ ...place, text, blocks, files, cause: 'web api' });
  }
  return { files: files.map(({ id, title }) => ({ id, title })) };
}

const EMPTY = { text: '', blocks: [] };

function commentOf(comment: string, { blocks }: Arguments): Arguments {
  return comment ? { text: comment } : { blocks };
}

function placeIn(api: FilesApi, { channel_id: channelId, thread_ts: threadTs }: Arguments) {
  if (channelId === undefined) return undefined;
  if (typeof channelId !== 'string' || !CHANNEL_ID.test(channelId)) {
    const problem = `[ERROR] input must match regex pattern: ${CHANNEL_ID.source} [json-pointer:/channel_id]`;
    throw new Refusal('invalid_arguments', { response_metadata: { messages: [problem] } });
  }
  return { channel: writableChannel(api, channelId), threadTs: typeof threadTs === 'string' ? threadTs : undefined };
}

function filesIn(input: unknown): readonly { readonly id: string; readonly title: string | undefined }[] {
  const list = typeof input === 'string' ? fromJson(input) : input;
  if (!Array.isArray(list) || list.length === 0) throw missing('files');
  return list.map((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('id' in one) || typeof one.id !== 'string') throw missing('files');
    return { id: one.id, title: 'title' in one && typeof one.title === 'string' ? one.title : undefined };
  });
}

function missing(field: string): Refusal {
  const problem = `[ERROR] missing or invalid required field: ${field} [json-pointer:/${field}]`;
  return new Refusal('invalid_arguments', { response_metadata: { messages: [problem] } });
}
