import { Chat } from './chat.ts';
import { Directory } from './directory.ts';
import { Faults } from './faults.ts';
import { Files } from './files.ts';
import { Recorder } from './record.ts';
import { ResponseUrls } from './response-urls.ts';
import { openServer, type Server } from './server.ts';
import { SocketMode } from './socket-mode.ts';
import { Triggers } from './triggers.ts';
import { Views } from './views.ts';
import type { WorkspaceDescription } from './workspace.ts';

/** Everything about a workspace that has a default. */
export interface Settings {
  readonly clock: { now(): Date };
  readonly workspace: WorkspaceDescription;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly scopes: readonly string[];
  readonly port: number;
  readonly ackWithinMs: number;
  readonly patienceMs: number;
  /** The ports of 127.0.0.1 where the bot reaches what listens on this one: something may stand in between. */
  readonly portsFor?: (port: number) => Promise<{ readonly http: number; readonly socket: number }>;
}

/** What a workspace is made of. */
export interface Parts {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly chat: Chat;
  readonly record: Recorder;
  readonly faults: Faults;
  readonly files: Files;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
  readonly views: Views;
  readonly sockets: SocketMode;
  readonly server: Server;
  readonly url: string;
}

/** Puts the parts together and opens the server. */
export async function openParts(settings: Settings): Promise<Parts> {
  const { clock, ackWithinMs, patienceMs, botToken, appToken, scopes } = settings;
  const directory = new Directory(settings.workspace);
  const record = new Recorder(clock);
  const faults = new Faults();
  const chat = new Chat({ directory, clock, patienceMs });
  const responseUrls = new ResponseUrls(chat);
  const triggers = new Triggers(clock);
  const views = new Views(directory, patienceMs);
  let ports = { http: 0, socket: 0 };
  const url = () => `http://127.0.0.1:${ports.http}`;
  const files = new Files(url);
  const socketUrl = () => `http://127.0.0.1:${ports.socket}`;
  const sockets = new SocketMode({ appId: directory.app.id, record, ackWithinMs, origin: socketUrl });
  const openConnection = () => sockets.openConnection();
  const webApi = { directory, chat, files, views, triggers, botToken, appToken, scopes, url, openConnection };
  const server = await openServer({ port: settings.port, record, faults, files, responseUrls, sockets, webApi });
  const { port } = server;
  ports = (await settings.portsFor?.(port)) ?? { http: port, socket: port };
  return {
    settings,
    directory,
    chat,
    record,
    faults,
    files,
    responseUrls,
    triggers,
    views,
    sockets,
    server,
    url: url(),
  };
}
