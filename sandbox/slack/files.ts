import { randomBytes } from 'node:crypto';

/** A file in the workspace, with what is in it. */
export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  /** Where its content is handed out to whoever may read it. */
  readonly url: string;
  readonly content: Buffer;
  /** `app` for the bot, else the ID of the person who shared it. */
  readonly author: string;
}

/** What Slack answers to what is posted at an upload URL: plain text. */
export interface UploadReply {
  readonly status: number;
  readonly body: string;
}

interface Upload {
  readonly fileId: string;
  readonly name: string;
  readonly length: number;
  content?: Buffer;
}

/** The files of the workspace, and those an app is about to add: announced, uploaded, completed, each step once. */
export class Files {
  readonly #files = new Map<string, SlackFile>();
  readonly #uploads = new Map<string, Upload>();
  readonly #origin: () => string;

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  /** Adds a file that somebody shares. */
  add({ name, title = name, content, author, id = newFileId() }: NewFile): SlackFile {
    const about = { name, title, mimetype: mimetypeOf(name), size: content.length };
    const file = { id, ...about, url: `${this.#origin()}/files-pri/${id}`, content, author };
    this.#files.set(id, file);
    return file;
  }

  find(id: string): SlackFile | undefined {
    return this.#files.get(id);
  }

  /** Announces a file; its content is posted to the upload URL that ends in `uploadId`. */
  announce(name: string, length: number): { readonly fileId: string; readonly uploadId: string } {
    const fileId = newFileId();
    const uploadId = randomBytes(16).toString('hex');
    this.#uploads.set(uploadId, { fileId, name, length });
    return { fileId, uploadId };
  }

  /** Takes the content of an announced file, as raw bytes and as many as were announced. */
  receive(uploadId: string, contentType: string, content: Buffer): UploadReply {
    const upload = this.#uploads.get(uploadId);
    if (!upload || upload.content) return { status: 404, body: 'not found' };
    // Slack takes a form too; this Slack would have to be taught to.
    if (contentType.startsWith('multipart/')) return { status: 400, body: 'this Slack takes raw bytes only' };
    if (content.length !== upload.length) return { status: 400, body: `announced ${upload.length} bytes` };
    upload.content = content;
    return { status: 200, body: `OK - ${content.length}` };
  }

  /** Makes an uploaded file one of the workspace; undefined when nothing was uploaded for it, or it is one already. */
  complete(fileId: string, title: string | undefined): SlackFile | undefined {
    const [uploadId, upload] = [...this.#uploads].find(([, one]) => one.fileId === fileId) ?? [];
    if (uploadId === undefined || !upload?.content) return undefined;
    this.#uploads.delete(uploadId);
    return this.add({ id: fileId, name: upload.name, title, content: upload.content, author: 'app' });
  }
}

interface NewFile {
  readonly id?: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly content: Buffer;
  readonly author: string;
}

function newFileId(): string {
  return `F0${randomBytes(5).toString('hex').toUpperCase()}`;
}

const MIMETYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  png: 'image/png',
  txt: 'text/plain',
};

function mimetypeOf(name: string): string {
  return MIMETYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}
