import { useState } from 'preact/hooks';
import { ask } from './connection.ts';
import type { AuditState, MachineState } from './state.ts';

/** Everything that can be made to go wrong, and what became of the work. */
export function TroublePanel({ machine, audit }: { machine: MachineState; audit: AuditState | undefined }) {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const tell = async (action: Parameters<typeof ask>[0]) => setProblem((await ask(action)).problem);
  const { troubles, isRunning, isBusy, transport, pid } = machine;
  const other = transport === 'socket' ? 'http' : 'socket';
  return (
    <section aria-label="Trouble" class="panel">
      <p class="summary">Switch something on, then revoke. What was confirmed is never lost.</p>
      <ul class="troubles">
        {troubles.map(({ id, name, isOn }) => (
          <li key={id}>
            <button
              type="button"
              class={`button ${isOn ? 'danger' : 'plain-button'}`}
              aria-pressed={isOn}
              onClick={() => tell({ do: 'trouble', id, isOn: !isOn })}
            >
              {name}
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="button plain-button" onClick={() => tell({ do: 'pass', minutes: 60 })}>
            An hour passes
          </button>
        </li>
      </ul>
      <h3>The bot</h3>
      <p class={isRunning ? 'good' : 'bad'}>
        {isBusy
          ? 'Being started or stopped …'
          : isRunning
            ? `Running, process ${pid}`
            : 'Killed. Nothing answers Slack.'}
      </p>
      <div class="actions">
        <button
          type="button"
          class="button plain-button"
          aria-disabled={isBusy}
          onClick={() => tell({ do: isRunning ? 'kill' : 'start' })}
        >
          {isRunning ? 'Kill the bot' : 'Start the bot again'}
        </button>
        <button
          type="button"
          class="button plain-button"
          aria-disabled={isBusy}
          onClick={() => tell({ do: 'connect', transport: other })}
        >
          {transport === 'socket' ? 'Switch to signed HTTP' : 'Switch to Socket Mode'}
        </button>
      </div>
      <p class="summary">
        Slack reaches it {transport === 'socket' ? 'over a WebSocket (Socket Mode)' : 'by signed HTTP requests'}.
      </p>
      {audit && audit.confirmed > 0 && (
        <p class={`verdict ${audit.confirmed === audit.settled ? 'good' : ''}`}>
          {audit.confirmed} tokens confirmed, {audit.settled} with their outcome, {audit.confirmed - audit.settled}{' '}
          still open.
        </p>
      )}
      {problem && (
        <p class="refused" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
