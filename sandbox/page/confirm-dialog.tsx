import type { z } from 'zod';
import type { confirm } from '../slack/block-kit-text.ts';
import { Text } from './blocks.tsx';
import { Dialog } from './dialog.tsx';

/** A question before an element acts, and what happens on yes. */
export interface Asked {
  readonly question: z.infer<typeof confirm>;
  readonly go: () => void;
}

/** The question, as a dialog over everything else. */
export function ConfirmDialog({ asked: { question, go }, onClose }: { asked: Asked; onClose: () => void }) {
  const yes = () => {
    onClose();
    go();
  };
  return (
    <Dialog title={question.title?.text ?? 'Are you sure?'} onClose={onClose}>
      <div class="dialog-body">
        <Text text={question.text} />
      </div>
      <footer>
        <button type="button" class="button plain-button" onClick={onClose}>
          {question.deny?.text ?? 'Cancel'}
        </button>
        <button type="button" class={`button ${question.style ?? 'primary'}`} onClick={yes}>
          {question.confirm?.text ?? 'Yes'}
        </button>
      </footer>
    </Dialog>
  );
}
