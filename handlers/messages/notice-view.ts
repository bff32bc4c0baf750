import type { ModalView } from '@slack/types';
import type { Message } from './parts.ts';
import { modal } from './views.ts';

/** A message in a dialog of its own: nothing to fill in, only to read and close. */
export function noticeView({ blocks }: Message): ModalView {
  return modal({ callbackId: 'notice', title: 'InfluxDB tokens', metadata: '', blocks, close: 'Close' });
}
