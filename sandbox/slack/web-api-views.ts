import { parseView, type ViewContent } from './block-kit-view.ts';
import { Refusal } from './compose.ts';
import { fromJson } from './json.ts';
import { viewAsSlackShows } from './surface-payloads.ts';
import type { Triggers } from './triggers.ts';
import type { View, Views } from './views.ts';
import type { Arguments, ChatApi, Reply } from './web-api-chat.ts';

export interface ViewsApi extends ChatApi {
  readonly views: Views;
  readonly triggers: Triggers;
}

/** `views.open`: a modal for whoever did what the trigger ID stands for. */
export function openView(api: ViewsApi, request: Arguments): Reply {
  const view = viewIn(request.view);
  return shown(api, api.views.open(api.triggers.exchange(request.trigger_id), view));
}

/** `views.push`: one more on top. */
export function pushView(api: ViewsApi, request: Arguments): Reply {
  const view = viewIn(request.view);
  return shown(api, api.views.push(api.triggers.exchange(request.trigger_id), view));
}

/** `views.update`, by `view_id` or `external_id`. */
export function updateView(api: ViewsApi, { view_id, external_id, hash, view }: Arguments): Reply {
  const reference = { viewId: textIn(view_id), externalId: textIn(external_id), hash: textIn(hash) };
  return shown(api, api.views.update(reference, viewIn(view)));
}

/** `views.publish`: somebody's App Home. */
export function publishView(api: ViewsApi, { user_id, view, hash }: Arguments): Reply {
  const person = api.directory.people.find(({ id }) => id === user_id);
  if (!person) throw new Refusal('invalid_arguments');
  return shown(api, api.views.publish(person.id, viewIn(view), textIn(hash)));
}

/** The view an app sent, as JSON or an object. Throws a `Refusal` with what is wrong in it. */
export function viewIn(input: unknown): ViewContent {
  const parsed = parseView(typeof input === 'string' ? fromJson(input) : input);
  if ('view' in parsed) return parsed.view;
  throw new Refusal('invalid_arguments', {
    response_metadata: { messages: parsed.problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

function shown({ directory }: ViewsApi, view: View): Reply {
  return { view: viewAsSlackShows(directory, view) };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
