import type { Parts } from './parts.ts';
import { type Values, valuesIn } from './surface-payloads.ts';
import type { View } from './views.ts';

/** The response URLs that come with a submission: for each select that asks for one, where this person can post. */
export function viewResponseUrls({ directory, responseUrls, url }: Parts, { content, person }: View, values: Values) {
  const state = valuesIn(content.blocks, values);
  return content.blocks.flatMap((block) => {
    if (block.type !== 'input' || !('response_url_enabled' in block.element)) return [];
    const { block_id: blockId = '', element } = block;
    const chosen = state[blockId]?.[element.action_id ?? ''] ?? {};
    const channel = directory.channels.find(({ id }) => Object.values(chosen).includes(id));
    if (!element.response_url_enabled || !channel || channel.isArchived) return [];
    if (channel.kind !== 'public' && !channel.members.includes(person)) return [];
    const { id } = responseUrls.create({ channel, person: directory.person(person) });
    const names = { block_id: blockId, action_id: element.action_id, channel_id: channel.id };
    return [{ ...names, response_url: `${url}/response/${id}` }];
  });
}
