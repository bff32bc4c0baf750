import type { Screen } from './mrkdwn.ts';

/** A screen that can also print in red and dim. */
export interface Paper extends Screen {
  red(text: string): string;
  dim(text: string): string;
}

/** The text without control characters and direction marks, which would change what a terminal shows. */
export function clean(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '�');
}
