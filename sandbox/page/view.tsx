import { useState } from 'preact/hooks';
import { Blocks } from './blocks.tsx';
import { type Answer, ask } from './connection.ts';
import { Dialog } from './dialog.tsx';
import { Emoji } from './emoji.tsx';
import { Interactive } from './interactive.tsx';
import { useReader } from './reader.ts';
import type { ViewState } from './state.ts';
import type { Entered } from './surface.ts';

/** A modal of the app. */
export function Modal({ view }: { view: ViewState }) {
  const { userId: user } = useReader();
  const [entered, setEntered] = useState<Entered>({});
  const [answer, setAnswer] = useState<Answer>({});
  const [isBusy, setBusy] = useState(false);
  const close = (all: boolean) => void ask({ do: 'close', user, viewId: view.id, all });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setAnswer(await ask({ do: 'submit', user, viewId: view.id, values: entered }));
    setBusy(false);
  };
  return (
    <Dialog title={view.title} onClose={() => close(true)}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body">
          <Interactive place={{ viewId: view.id }} errors={answer.errors ?? {}} onEnter={setEntered}>
            <Blocks blocks={view.blocks} />
          </Interactive>
          {answer.problem && (
            <p class="refused" role="alert">
              We had some trouble connecting. Try again? ({answer.problem})
            </p>
          )}
        </div>
        <footer>
          <button type="button" class="button plain-button" onClick={() => close(false)}>
            {view.close ?? 'Cancel'}
          </button>
          {view.submit && (
            <button type="submit" class="button primary" aria-disabled={isBusy}>
              {view.submit}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

/** The app's Home, or what Slack shows while there is none. */
export function Home({
  view,
  hasHome,
  appName,
}: {
  view: ViewState | null | undefined;
  hasHome: boolean;
  appName: string;
}) {
  if (view)
    return (
      <section class="home" aria-label="Home">
        <Interactive place={{ viewId: view.id }}>
          <Blocks blocks={view.blocks} />
        </Interactive>
      </section>
    );
  return (
    <section class="home empty" aria-label="Home">
      <p class="big" aria-hidden="true">
        <Emoji sign="🏠" />
      </p>
      <h2>{hasHome ? 'This is a work in progress' : `${appName} has no Home yet`}</h2>
      <p>
        {hasHome
          ? `${appName} has not published anything here for you.`
          : 'Its manifest asks for no Home tab, so Slack would show none. Everything it does today starts in a channel, with its command.'}
      </p>
    </section>
  );
}
