import type { ModalView } from '@slack/types';
import type { Message } from './parts.ts';

/** A message in a dialog of its own: nothing to fill in, only to read and close. */
export function noticeView({ blocks }: Message): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'InfluxDB tokens' },
    close: { type: 'plain_text', text: 'Close' },
    blocks,
  };
}
